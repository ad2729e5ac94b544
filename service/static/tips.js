// Escape takes away the tip beside a mark, which stays away until the mark is left.

document.addEventListener("keydown", event => {
  if (event.key !== "Escape") return;
  for (const mark of document.querySelectorAll(".why:is(:hover, :focus-within)")) mark.classList.add("dismissed");
});

for (const left of ["mouseout", "focusout"]) {
  document.addEventListener(left, event => {
    const mark = event.target.closest?.(".why");
    if (mark && !mark.contains(event.relatedTarget)) mark.classList.remove("dismissed");
  });
}
