/** Makes the payment form look like the page around it: our tokens, as the form takes them. */

import type { Appearance } from "@stripe/stripe-js";

const DARK = "(prefers-color-scheme: dark)";

/** As the page looks now, in light or dark. */
export function appearance(): Appearance {
  const probe = document.createElement("span");
  document.body.append(probe);
  // light-dark() is resolved where it is used, so a colour is asked of an element that has it.
  const color = (token: string) => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const { theme } = document.documentElement.dataset;
  const dark = theme === "dark" || (theme !== "light" && matchMedia(DARK).matches);
  const look: Appearance = {
    theme: dark ? "night" : "stripe",
    variables: {
      colorPrimary: color("--ink"),
      colorBackground: color("--surface"),
      colorText: color("--ink"),
      colorTextSecondary: color("--ink-soft"),
      colorTextPlaceholder: color("--ink-soft"),
      colorDanger: color("--danger"),
      fontFamily: "system-ui, sans-serif",
      fontSizeBase: "16px",
      borderRadius: "10px",
      spacingUnit: "4px",
    },
  };
  probe.remove();
  return look;
}
