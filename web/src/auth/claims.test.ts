/** Claims in a token. */

import { expect, test } from "vitest";
import { emailIn } from "./claims";

function token(claims: object): string {
  const bytes = new TextEncoder().encode(JSON.stringify(claims));
  const text = btoa(String.fromCharCode(...bytes));
  return `e30.${text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}.x`;
}

test("the address is read, whatever letters are around it", () => {
  expect(emailIn(token({ name: "Žižka ÿÿ", email: "ada@example.com" }))).toBe("ada@example.com");
});

test("an address that may be another's is none", () => {
  expect(emailIn(token({ email: "ada@example.com", email_verified: false }))).toBeNull();
  expect(emailIn(token({ email: "ada@example.com", email_verified: "false" }))).toBeNull();
});

test("no token, or one that is not to be read, says nothing", () => {
  expect(emailIn(null)).toBeNull();
  expect(emailIn("opaque")).toBeNull();
  expect(emailIn("a.b.c")).toBeNull();
});
