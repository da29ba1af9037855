/** A person in a list: their face, their name, and following them. */

import { Link } from "wouter-preact";
import type { Person } from "../types";
import { Face } from "./face";
import { FollowButton } from "./follow-button";

export function PersonRow({ person }: { person: Person }) {
  return (
    <li class="person-row">
      <Face person={person} size="m" />
      <p>
        {person.handle ? (
          <Link href={`/people/${person.handle}`}>
            <bdi>{person.name}</bdi>
          </Link>
        ) : (
          <strong dir="auto">{person.name}</strong>
        )}
        {person.handle && <small class="handle">@{person.handle}</small>}
      </p>
      <FollowButton person={person} brief />
    </li>
  );
}
