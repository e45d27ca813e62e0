/** For TypeDoc: readers who have opened or closed nothing yet see the first pages and the guides. */

const FIRST = ["Begin", "Guides"];
const navigation = document.getElementById("tsd-nav-container");

const openFirst = () => {
  const parts = [...navigation.querySelectorAll(":scope > li > details")];
  if (parts.length === 0) return;
  watcher.disconnect();
  for (const part of parts) {
    const heading = part.querySelector("summary")?.textContent?.trim() ?? "";
    const key = `tsd-accordion-${part.querySelector("summary")?.dataset.key ?? heading}`;
    if (FIRST.includes(heading) && localStorage.getItem(key) === null) part.open = true;
  }
};
const watcher = new MutationObserver(openFirst);

if (navigation !== null) {
  watcher.observe(navigation, { childList: true });
  openFirst();
}
