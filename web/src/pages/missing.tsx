/** No such page. */

import { NotHere } from "../components/not-here";

export function MissingPage() {
  return <NotHere heading="There is nothing here" />;
}
