/** What can be wrong with a person or a room, in words. */

import type { NewReport } from "../../api/reports";

type Reason = NewReport["reason"];

export const REASONS: Record<Reason, string> = {
  harassment: "Harassment",
  hate: "Hate",
  violence: "Violence",
  self_harm: "Self-harm",
  sexual: "Sexual content",
  impersonation: "Impersonation",
  spam: "Spam or fraud",
  other: "Something else",
};

/** To choose from. */
export const CHOICES = (Object.keys(REASONS) as Reason[]).map(
  (reason) => [reason, REASONS[reason], null] as const,
);
