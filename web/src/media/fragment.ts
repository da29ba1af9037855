/** ICE restart in WHIP's form (RFC 9725 section 4.3.3): SDP fragments (RFC 8840) out and in. */

/** The part of an offer that a restart needs: the first m-line with its new credentials. */
export function restartFragment(offer: string): string {
  const lines = offer.split(/\r?\n/);
  const first = (prefix: string) => lines.find((line) => line.startsWith(prefix));
  const wanted = ["a=group:BUNDLE", "m=audio", "a=mid:", "a=ice-ufrag:", "a=ice-pwd:"];
  return (
    wanted
      .map(first)
      .filter((line) => line !== undefined)
      .join("\r\n") + "\r\n"
  );
}

/** The earlier answer with the fragment's credentials and, if it names any, its candidates. */
export function restartedAnswer(answer: string, fragment: string): string {
  const given = fragment.split(/\r?\n/);
  const ufrag = given.find((line) => line.startsWith("a=ice-ufrag:"));
  const password = given.find((line) => line.startsWith("a=ice-pwd:"));
  if (!ufrag || !password) throw new Error("The answer to an ICE restart has no credentials.");
  const candidates = [...new Set(given.filter((line) => line.startsWith("a=candidate:")))];
  const lines: string[] = [];
  let placed = false;
  for (const line of answer.split(/\r?\n/)) {
    if (line.startsWith("m=")) placed = false;
    if (line.startsWith("a=ice-ufrag:")) lines.push(ufrag);
    else if (line.startsWith("a=ice-pwd:")) lines.push(password);
    else if (line.startsWith("a=candidate:") && candidates.length > 0) {
      // The place of a section's first candidate takes all of the new ones.
      if (!placed) lines.push(...candidates);
      placed = true;
    } else lines.push(line);
  }
  return lines.join("\r\n");
}
