/** where unknown elements are stripped, <div data-fh="list" data-hub="…"> stands for <fh-list hub="…">; what runs as script or is style is no setting */
for (const place of document.querySelectorAll("[data-fh=search],[data-fh=list],[data-fh=offers]")) {
  const made = document.createElement("fh-" + place.getAttribute("data-fh"));
  for (const { name, value } of place.attributes) {
    const setting = /^data-(?!fh$|on|style)(.+)/.exec(name);
    if (setting) made.setAttribute(setting[1], value);
  }
  place.removeAttribute("data-fh");
  made.append(...place.childNodes);
  place.append(made);
}
export {};
