import { offers } from "./offers";
import { define } from "./strip";
import { week } from "./week";

if (!customElements.get("fh-list")) {
  define(week);
  define(offers);
}
if (document.querySelector("[data-fh]")) import("./stand");
