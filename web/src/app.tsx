/** The frame around every page, and which page a path shows. */

import { Route, Switch, useLocation } from "wouter-preact";
import { useFreshStart } from "./components/fresh-start";
import { Header } from "./components/header";
import { NowPlaying } from "./components/now-playing";
import { Toaster } from "./components/toaster";
import { CALLBACK } from "./auth/oidc";
import { LivePage } from "./pages/live";
import { MissingPage } from "./pages/missing";
import { PayoutsPage } from "./pages/payouts";
import { FollowersPage, FollowingPage } from "./pages/people";
import { ProfilePage } from "./pages/profile";
import { ReferencePage } from "./pages/reference";
import { ReportsPage } from "./pages/reports";
import { RoomPage } from "./pages/room";
import { SettingsPage } from "./pages/settings";
import { SignInPage, SignedInPage } from "./pages/sign-in";
import { StartPage } from "./pages/start";
import { TicketPage } from "./pages/ticket";
import { TicketsPage } from "./pages/tickets";
import { UpcomingPage } from "./pages/upcoming";

export function App() {
  const [path] = useLocation();
  useFreshStart(path);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <Header />
      <main id="main" tabIndex={-1}>
        <Switch>
          <Route path="/" component={LivePage} />
          <Route path="/upcoming" component={UpcomingPage} />
          <Route path="/rooms/:room_id">
            {({ room_id }) => <RoomPage key={room_id} roomId={room_id} />}
          </Route>
          <Route path="/start" component={StartPage} />
          <Route path="/people/:handle">
            {({ handle }) => <ProfilePage key={handle} handle={handle} />}
          </Route>
          <Route path="/people/:handle/followers">
            {({ handle }) => <FollowersPage key={handle} handle={handle} />}
          </Route>
          <Route path="/following" component={FollowingPage} />
          <Route path="/tickets" component={TicketsPage} />
          <Route path="/tickets/:ticket_id">
            {({ ticket_id }) => <TicketPage key={ticket_id} ticketId={ticket_id} />}
          </Route>
          <Route path="/payouts" component={PayoutsPage} />
          <Route path="/reports" component={ReportsPage} />
          <Route path="/settings" component={SettingsPage} />
          <Route path="/docs" component={ReferencePage} />
          <Route path="/sign-in" component={SignInPage} />
          <Route path={CALLBACK} component={SignedInPage} />
          <Route component={MissingPage} />
        </Switch>
      </main>
      <NowPlaying />
      <Toaster />
    </>
  );
}
