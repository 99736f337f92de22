/** To the courses before and after in the list, or the catalog, this one was opened from. */
import { courseQuery, coursesPage } from "@/backend/queries/courses";
import { listQuery, useFoundIn, useStepTo, Walk } from "@/design";
import { BY_TITLE, courseFilter, coursesKey } from "./courseFilters";

export function WalkCourses({ current }: { current: string }) {
  const stepTo = useStepTo();
  const found = useFoundIn();
  if (found?.to !== "/courses" && found?.to !== "/catalog") return null;
  const filter = courseFilter(found.to, listQuery(found.search, BY_TITLE));
  return (
    <Walk
      found={found}
      current={current}
      queryKey={coursesKey(filter)}
      fetchPage={coursesPage(filter)}
      rowKey={(row) => row.id}
      onGo={(row, foundIn) =>
        void stepTo(courseQuery(row.id), { to: "/courses/$courseId", params: { courseId: row.id } }, foundIn)
      }
    />
  );
}
