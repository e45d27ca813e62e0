/** Questions about the films, each one query; `main.ts` prints them beside their SQL. */

import { Avg, Count, Max, Min, Sum, type Session } from "flash-db";
import { Director, Film, Genre } from "./models.js";

/** How many films are there, and from when? One row of aggregates. */
export const span = (db: Session) =>
  Film.objects.aggregate(db, {
    films: Count("*"),
    first: Min("releasedOn"),
    last: Max("releasedOn"),
  });

/** Which directors earned the most? Counts and sums across a relation. */
export const topDirectors = (db: Session) =>
  Director.objects
    .annotate({ count: Count("films"), gross: Sum("films__worldwideGross") })
    .filter({ count__gte: 5, gross__isnull: false })
    .orderBy("-gross")
    .limit(6)
    .fetch(db);

/** Which genres do people like best? Plain rows, grouped by a related name. */
export const genresByRating = (db: Session) =>
  Film.objects
    .filter({ releasedOn__year__gte: 2000, genre__isnull: false })
    .values("genre__name")
    .annotate({ films: Count("id"), mean: Avg("imdbRating") })
    .filter({ films__gt: 20 })
    .orderBy("-mean")
    .limit(6)
    .fetch(db);

/** Which loved films cost little? The director comes along, by a join. */
export const bargains = (db: Session) =>
  Film.objects
    .filter({ imdbRating__gte: "8.0", budget__gt: 0n, budget__lt: 5_000_000n })
    .selectRelated("director")
    .only("title", "imdbRating", "budget", "director__name")
    .orderBy("-imdbRating", "title")
    .limit(6)
    .fetch(db);

/** What is the longest film of each genre? One query more, for all genres. */
export const genresWithFilms = (db: Session) =>
  Genre.objects.orderBy("name").prefetchRelated("films").fetch(db);

/** Change two objects and commit: the session writes what changed. */
export const correct = async (db: Session) => {
  const film = await Film.objects
    .only("title", "minutes")
    .get(db, { title: "Pulp Fiction" });
  const director = await Director.objects.get(db, { films__id: film.id });
  film.minutes = 154;
  director.name = "Quentin J. Tarantino";
  await db.commit();
  return { film, director };
};
