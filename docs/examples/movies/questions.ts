/** What a person would ask of the films, each one query. */

import { Avg, Count, Max, Min, Q, Sum, type Session } from "flash-db";
import { Director, Film, Genre } from "./models.js";

/** Directors by what their films earned, with the number of films. */
export const topDirectors = (db: Session) =>
  Director.objects
    .annotate({ films_count: Count("films"), gross: Sum("films__worldwideGross") })
    .filter({ gross__isnull: false })
    .orderBy("-gross")
    .limit(8)
    .fetch(db);

/** Films and their mean rating per genre. */
export const genresByYear = (db: Session, from: number, to: number) =>
  Film.objects
    .filter({ releasedOn__gte: `${from}-01-01`, releasedOn__lte: `${to}-12-31`, genre__isnull: false })
    .values("genre__name", "releasedOn__year")
    .annotate({ films: Count("id"), mean: Avg("imdbRating") })
    .orderBy("genre__name", "releasedOn__year")
    .fetch(db);

/** Well rated films that cost little: two conditions on the film, one across to its director. */
export const bargains = (db: Session) =>
  Film.objects
    .filter(
      Q({ imdbRating__gte: "8.0" })
        .and({ budget__lt: 5_000_000n, budget__gt: 0n })
        .and(Q({ director__isnull: false })),
    )
    .selectRelated("director")
    .orderBy("-imdbRating", "title")
    .limit(8)
    .fetch(db);

/** Genres with their newest films, loaded in one further query however many genres there are. */
export const genresWithFilms = (db: Session) => Genre.objects.orderBy("name").prefetchRelated("films").fetch(db);

export const span = (db: Session) => Film.objects.aggregate(db, { first: Min("releasedOn"), last: Max("releasedOn"), films: Count("*") });
