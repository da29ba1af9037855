/** A room's topics, as a list of small labels. */

export function Topics({ topics }: { topics: string[] }) {
  if (topics.length === 0) return null;
  return (
    <ul class="topics" aria-label="Topics">
      {topics.map((topic) => (
        <li class="chip" key={topic}>
          {topic}
        </li>
      ))}
    </ul>
  );
}
