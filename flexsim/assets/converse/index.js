"use strict";
// Hides the conversations that are not looked for. Without it, all are there.
(() => {
  const rows = [...document.getElementById("list").tBodies[0].rows];
  const words = document.getElementById("words");
  const failed = document.getElementById("failed");
  const left = document.getElementById("left");
  document.getElementById("filter").hidden = false;
  function choose() {
    const wanted = words.value.toLowerCase().split(" ").filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = (failed.checked && !row.classList.contains("failed")) || !wanted.every((word) => text.includes(word));
      count += !row.hidden;
    }
    left.textContent = count + " of " + rows.length;
  }
  words.addEventListener("input", choose);
  failed.addEventListener("change", choose);
  choose();
})();
