// The slider over two pictures: left of it is before, right of it after. Keys are the range input's own.
const SLIDER = ".compare input[type=range]";

function cut(range) {
  range.closest(".compare").style.setProperty("--cut", `${range.value}%`);
  range.setAttribute("aria-valuetext", range.dataset.words.replace("{}", range.value));
}

document.addEventListener("input", (event) => event.target.matches?.(SLIDER) && cut(event.target));
// Moved before this script was there.
document.querySelectorAll(SLIDER).forEach(cut);
