// Before the first paint, so that a chosen appearance never flashes in the other one. app.js takes over from here.
try {
  const theme = JSON.parse(localStorage.getItem("go-chat.theme") ?? "null");
  document.documentElement.dataset["theme"] = theme === "light" || theme === "dark" ? theme : "system";
} catch {
  // Nothing is kept here: the system's appearance it is.
}
