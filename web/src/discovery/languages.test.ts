/** Languages by their names. */

import { expect, test } from "vitest";
import { kinds, likely, nameOf } from "./languages";

test("a room is most likely held in what its host reads", () => {
  expect(likely(["en-GB", "de"])).toBe("en-GB");
  expect(likely(["de-CH"])).toBe("de-DE");
  expect(likely(["fr"])).toBe("fr-FR");
  expect(likely(["eo", "ja"])).toBe("ja-JP");
  expect(likely([])).toBe("en-US");
});

test("every language is listed once, whatever kinds of it there are", () => {
  const found = kinds(["en-ZA", "eo"]);

  expect(found.filter(([tag]) => tag === "en")).toEqual([["en", "English"]]);
  expect(found).toContainEqual(["eo", "Esperanto"]);
  expect(found.map(([, name]) => name)).toEqual(found.map(([, name]) => name).toSorted());
});

test("a tag that means nothing is shown as it is", () => {
  expect(nameOf("de-DE")).toBe("German (Germany)");
  expect(nameOf("nonsense-tag-x-")).toBe("nonsense-tag-x-");
});
