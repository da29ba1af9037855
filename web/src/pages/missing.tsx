/** No such page. */

import { NotHere } from "../components/not-here";
import { useTitle } from "../components/title";

export function MissingPage() {
  useTitle("Not found");
  return <NotHere heading="There is nothing here" />;
}
