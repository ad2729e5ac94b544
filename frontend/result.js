// Answers on the page that asked: the same page is fetched, and its answer put in the place of ours.

export const LONGEST_ADDRESS = 6000;

const REGION = "result";
let underway = new AbortController();

/**
 * Shows the answer at an address; `body` is sent where it would make the address too long.
 * Returns whether that came off: a request that gives way to the next one did.
 */
export async function answer(address, body) {
  underway.abort();
  underway = new AbortController();
  const region = document.getElementById(REGION);
  region.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address, {
      method: body ? "POST" : "GET",
      body,
      headers: { Accept: "text/html" },
      signal: underway.signal,
    });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const found = page.getElementById(REGION);
    if (!found) return false;
    region.replaceWith(document.adoptNode(found));
    follow(page);
    tell(found);
    return true;
  } catch (error) {
    return error.name === "AbortError";
  }
}

/** Lets the links to other languages lead to the query that is now shown. */
function follow(page) {
  const there = page.querySelectorAll(".languages a");
  document.querySelectorAll(".languages a").forEach((link, index) => {
    if (there[index]) link.setAttribute("href", there[index].getAttribute("href"));
  });
}

/** Says to those who listen what a look at the page would show. */
function tell(found) {
  const said = found.querySelector(".notice p, .answer-head .quiet, .truth") ?? found.querySelector("h2");
  document.getElementById("told").textContent = said ? said.textContent : "";
}
