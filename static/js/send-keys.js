// Ctrl+Enter sends a form that says so: <form data-send-keys>.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.("form[data-send-keys]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});
