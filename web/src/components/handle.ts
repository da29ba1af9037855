/** How a handle is typed: the API's rule, told before it has to refuse. */

export const HANDLE_RULE = "2 to 30 letters, digits or underscores.";

export const HANDLE_INPUT = {
  required: true,
  minLength: 2,
  maxLength: 30,
  pattern: "[A-Za-z0-9_]+",
  title: HANDLE_RULE,
  autocomplete: "username",
  autocapitalize: "none",
  spellcheck: false,
} as const;

/** Somebody else's, which no browser can fill in, and which may be typed as it is shown: `@ada`. */
export const OTHERS_HANDLE_INPUT = {
  ...HANDLE_INPUT,
  pattern: "@?[A-Za-z0-9_]+",
  autocomplete: "off",
} as const;

export function bareHandle(typed: string): string {
  return typed.trim().replace(/^@/, "");
}
