/** To the courses before and after in the list, or the catalog, this one was opened from. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { courseQuery, coursesPage } from "@/backend/queries/courses";
import { type FoundIn, listQuery, useFoundIn, Walk } from "@/design";
import { BY_TITLE, courseFilter, coursesKey } from "./courseFilters";

export function WalkCourses({ current }: { current: string }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const found = useFoundIn();
  if (found?.to !== "/courses" && found?.to !== "/catalog") return null;
  const filter = courseFilter(found.to, listQuery(found.search, BY_TITLE));
  const go = async (id: string, foundIn: FoundIn) => {
    // there before the page changes, so that nothing of it is drawn anew
    await client.prefetchQuery(courseQuery(id));
    await navigate({
      to: "/courses/$courseId",
      params: { courseId: id },
      state: { foundIn },
      replace: true,
    });
  };
  return (
    <Walk
      found={found}
      current={current}
      queryKey={coursesKey(filter)}
      fetchPage={coursesPage(filter)}
      rowKey={(row) => row.id}
      onGo={(row, foundIn) => void go(row.id, foundIn)}
    />
  );
}
