/** Opening a room, for those who may. */

import { Link } from "wouter-preact";
import { me } from "../auth/me";
import { Followers } from "../components/followers-needed";
import { RoomForm } from "../components/room-form";
import { useTitle } from "../components/title";

export function StartPage() {
  useTitle("Start a room");
  const self = me.value;
  if (self === undefined) return <div class="page narrow" aria-busy="true" />;
  if (self === null) {
    return (
      <div class="page narrow">
        <h1>Start a room</h1>
        <p class="lead">Sign in to open a room of your own.</p>
        <Link href="/sign-in?to=/start" class="button primary">
          Sign in
        </Link>
      </div>
    );
  }
  const { allowed, follower_count, needed } = self.hosting;
  return (
    <div class="page narrow">
      <h1>Start a room</h1>
      {allowed ? <RoomForm /> : <Followers has={follower_count} needs={needed} />}
    </div>
  );
}
