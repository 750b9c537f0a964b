// Every text that is there to be copied gets a button for it; where a browser does not let scripts copy, the text is selected.
for (const field of document.querySelectorAll("textarea[readonly]")) {
  const line = document.createElement("p"), button = document.createElement("button"), state = document.createElement("span");
  const name = document.getElementById(field.getAttribute("aria-labelledby"))?.textContent ?? field.getAttribute("aria-label");
  button.type = "button";
  button.textContent = "Kopier";
  button.setAttribute("aria-label", "Kopier: " + name);
  state.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      state.textContent = "Kopiert";
    } catch {
      field.focus();
      field.select();
      state.textContent = "Teksten er merket. Kopier den med tastaturet.";
    }
  });
  line.append(button, " ", state);
  field.after(line);
}
