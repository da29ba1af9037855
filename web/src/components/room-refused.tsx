/** Why a room could not be opened, and what can be done about it. */

import { Link } from "wouter-preact";
import { ApiError, sentence } from "../api/problem";

export function RoomRefused({ error }: { error: unknown }) {
  const full = error instanceof ApiError && error.code === "too_many_scheduled";
  return (
    <div class="banner" role="alert">
      <p>{full ? tooMany(Number(error.problem["allowed"])) : sentence(error)}</p>
      {full && (
        <div class="banner-actions">
          <Link href="/upcoming?whose=mine" class="button small">
            See my rooms
          </Link>
        </div>
      )}
    </div>
  );
}

function tooMany(allowed: number): string {
  return (
    `You have ${allowed} rooms ahead, and that is as many as there can be. ` +
    "Start one of them or cancel one, and there is a place again."
  );
}
