// What the hub draws and residents see in place of the list or over it: one part, since both are small.
export { default as calendar } from "./calendar";
export { default as detail } from "./detail";
