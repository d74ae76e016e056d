// What has to happen in the browser: keys, lists, dialogs, files. Everything else is on the server.

// Dialogs open as soon as they are there, with the first field in focus.

function openDialog(dialog) {
  if (dialog.open) return;
  dialog.showModal();
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    emitEvent("escape");
  });
  focusIn(dialog);
}

function focusIn(dialog) {
  const first =
    dialog.querySelector("[autofocus]") ||
    dialog.querySelector(".modal-body input, .modal-body textarea") ||
    dialog.querySelector(".modal-foot button:last-child");
  if (first) first.focus({ preventScroll: true });
}

// What had the focus may be drawn anew, as when "working" gives way to the form.

function keepFocus() {
  const dialog = [...document.querySelectorAll("dialog[open]")].pop();
  if (dialog && document.activeElement === document.body) focusIn(dialog);
}

new MutationObserver((mutations) => {
  for (const mutation of mutations)
    for (const node of mutation.addedNodes)
      if (node.nodeType === Node.ELEMENT_NODE) {
        if (node.matches("dialog")) openDialog(node);
        node.querySelectorAll("dialog").forEach(openDialog);
        node.querySelectorAll(".composer-field").forEach(welcome);
        if (node.querySelector(".field-error")) showFirstError();
      }
  keepFocus();
}).observe(document.documentElement, { childList: true, subtree: true });

// Fields

function showFirstError() {
  const error = document.querySelector("dialog[open] .field-error");
  if (!error) return;
  const field = error.parentElement.previousElementSibling.querySelector("input, textarea");
  if (field) field.focus({ preventScroll: true });
  error.scrollIntoView({ block: "center" });
}

function setValue(id, value) {
  const field = document.getElementById(id);
  if (!field) return;
  field.value = value;
  if (field.matches(".composer-field")) grow(field);
}

function welcome(field) {
  grow(field);
  const busy = document.querySelector("dialog[open]") || isTyping(document.activeElement);
  if (!busy) field.focus({ preventScroll: true });
}

function isTyping(element) {
  return element !== null && element.matches("input, textarea, select, [contenteditable]");
}

function grow(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 200)}px`;
}

document.addEventListener("input", (event) => {
  if (event.target.matches(".picker .field")) placeList(event.target);
  if (event.target.matches(".composer-field")) grow(event.target);
});

function fieldKey(event, emit) {
  if (event.key !== "Enter" || event.isComposing) return;
  const many = event.target.tagName === "TEXTAREA";
  if (many && !event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  emit(event.target.value);
}

async function upload(field) {
  const person = document.querySelector("select[aria-label='Act as']").value;
  const ids = [];
  for (const file of field.files) {
    const address = `/upload?${new URLSearchParams({ name: file.name, user: person })}`;
    const answer = await fetch(address, { method: "POST", body: file });
    ids.push((await answer.json()).id);
  }
  field.value = "";
  return ids;
}

// Lists below search fields and above the composer

function listOf(field) {
  return field.closest(".picker, .composer").querySelector(".picker-list");
}

function openList(field, emit) {
  field.select();
  placeList(field);
  emit("");
}

function placeList(field) {
  const list = listOf(field);
  if (list.classList.contains("above")) return;
  const box = (field.closest(".picker.many") || field).getBoundingClientRect();
  const below = window.innerHeight - box.bottom;
  const upwards = below < 220 && box.top > below;
  list.style.left = `${box.left}px`;
  list.style.width = `${box.width}px`;
  list.style.top = upwards ? "auto" : `${box.bottom + 4}px`;
  list.style.bottom = upwards ? `${window.innerHeight - box.top + 4}px` : "auto";
  list.style.maxHeight = `${Math.min(280, (upwards ? box.top : below) - 16)}px`;
}

function pickedAt(event) {
  event.preventDefault();
  const option = event.target.closest("[data-at]");
  return option ? option.dataset.at : null;
}

function activeOption(list) {
  return list.querySelector(".picker-option.active");
}

function pick(option) {
  option.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, cancelable: true }));
}

function moveInList(list, step) {
  const options = [...list.querySelectorAll(".picker-option")];
  if (!options.length) return;
  const at = options.findIndex((option) => option.classList.contains("active"));
  const next = options[(at + step + options.length + (at < 0 && step < 0 ? 1 : 0)) % options.length];
  options.forEach((option) => option.classList.toggle("active", option === next));
  next.scrollIntoView({ block: "nearest" });
}

function listKey(event, emit) {
  const field = event.target;
  const list = listOf(field);
  const isOpen = list.innerHTML !== "";
  if (!isOpen && event.key === "ArrowDown") {
    event.preventDefault();
    openList(field, emit);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    moveInList(list, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") {
    event.preventDefault();
    const option = activeOption(list) || list.querySelector(".picker-option");
    if (isOpen && option) pick(option);
  } else if (event.key === "Escape" && isOpen) {
    event.preventDefault();
    event.stopPropagation();
    emit(null);
  }
}

// The composer

function composerKey(event, emit) {
  const field = event.target;
  const list = listOf(field);
  const isOpen = list.innerHTML !== "";
  if (isOpen && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    moveInList(list, event.key === "ArrowDown" ? 1 : -1);
  } else if (isOpen && event.key === "Tab") {
    event.preventDefault();
    pick(activeOption(list) || list.querySelector(".picker-option"));
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    if (activeOption(list)) pick(activeOption(list));
    else send(field, emit);
  } else if (event.key === "Escape") {
    field.blur();
    if (!isOpen) return; // what is open beside it closes
    event.preventDefault();
    event.stopPropagation();
    field.focus();
  }
}

function sendFrom(event, emit) {
  const field = event.target.closest(".composer").querySelector("textarea");
  send(field, emit);
  field.focus();
}

function send(field, emit) {
  const text = field.value;
  field.value = "";
  grow(field);
  emit(text);
}

// The whole page

function aboutBrowser() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return [zone, localStorage.getItem("chargehand-tour")];
}

// A letter typed nowhere in particular belongs to the message, as people are used to.

function isMeantForComposer(event) {
  const isLetter = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  const presses = event.key === " " && event.target.matches("button, summary, a");
  return isLetter && !presses && !isTyping(event.target);
}

document.addEventListener("keydown", (event) => {
  const dialog = document.querySelector("dialog[open]");
  if (!dialog && isMeantForComposer(event)) {
    const field = document.querySelector(".middle .composer-field");
    if (field) field.focus();
  }
  if (event.key === "Escape" && !dialog && !event.defaultPrevented) {
    const menu = document.querySelector("details.menu[open]");
    if (menu) menu.open = false;
    else emitEvent("escape");
  }
});

// A menu on the newest message would open below the end of what can be seen.

function placeMenu(event) {
  const menu = event.target;
  if (!menu.matches("details.menu:not(.up)")) return;
  menu.classList.remove("upwards");
  const around = menu.closest(".messages, .modal-body, .home-place") || document.documentElement;
  const end = around.getBoundingClientRect().bottom;
  const list = menu.querySelector(".menu-list");
  if (menu.open && list.getBoundingClientRect().bottom > end) menu.classList.add("upwards");
}

document.addEventListener("toggle", placeMenu, true);

document.addEventListener("click", (event) => {
  const inside = event.target.closest("details.menu");
  const item = event.target.closest(".menu-item");
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (menu !== inside || item) menu.open = false;
  });
  const linked = event.target.closest("[data-url]");
  if (linked) window.open(linked.dataset.url, "_blank", "noopener");
  const copied = event.target.closest("[data-copy]");
  if (copied) copyFrom(copied);
});

async function copyFrom(button) {
  const text = button.closest(".call").querySelector(`.${button.dataset.copy}`).textContent;
  await navigator.clipboard.writeText(text);
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = "Copy"), 1200);
}
