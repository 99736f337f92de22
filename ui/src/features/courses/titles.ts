/** Titles of courses seen while choosing one, so that a filter names its course instead of its id. */
import type { CourseRowDto } from "@/bindings/CourseRowDto";

const known = new Map<string, string>();

export const titlesOf = {
  /** Keeps the titles and gives the courses back as choices. */
  remember(rows: CourseRowDto[]) {
    for (const row of rows) known.set(row.id, row.title);
    return rows.map((row) => ({ value: row.id, label: row.title }));
  },
  get: (id: string) => known.get(id),
};
