"use strict";
// Zooms the time line, plays from where one clicks, and shows what is being said. Without it, the page says the same.
(() => {
  const tape = document.getElementById("tape");
  const strip = tape.parentElement;
  const now = document.getElementById("now");
  const zoom = document.getElementById("zoom");
  const players = [...document.querySelectorAll("audio")];
  const lines = [...document.querySelectorAll(".feed li[data-from]")];
  const duration = Number(tape.dataset.duration);
  let playing = players[0];

  zoom.parentElement.hidden = false;
  zoom.addEventListener("input", () => {
    const middle = (strip.scrollLeft + strip.clientWidth / 2) / tape.clientWidth;
    tape.style.width = 100 * 2 ** zoom.value + "%";
    strip.scrollLeft = middle * tape.clientWidth - strip.clientWidth / 2;
  });
  if (!players.length) return;

  function show() {
    const at = playing.currentTime;
    const share = Math.min(100, (100 * at) / duration) + "%";
    now.setAttribute("x1", share);
    now.setAttribute("x2", share);
    now.setAttribute("visibility", "visible");
    for (const line of lines) line.classList.toggle("playing", line.dataset.from <= at && at < line.dataset.to);
  }

  function play(at) {
    playing.currentTime = at;
    playing.play().catch(() => {}); // a browser that does not let a page begin to sound still has gone there
    show();
  }

  for (const player of players) {
    player.addEventListener("play", () => {
      for (const other of players) if (other !== player) other.pause();
      playing = player;
    });
    player.addEventListener("timeupdate", show);
  }
  tape.classList.add("plays");
  document.getElementById("how").hidden = false;
  tape.addEventListener("click", (event) => {
    const box = tape.getBoundingClientRect();
    play((duration * (event.clientX - box.left)) / box.width);
  });
  for (const time of document.querySelectorAll("time[data-at]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = time.textContent;
    button.setAttribute("aria-label", "Play from " + time.textContent);
    button.addEventListener("click", () => play(Number(time.dataset.at)));
    time.replaceWith(button);
  }
})();
