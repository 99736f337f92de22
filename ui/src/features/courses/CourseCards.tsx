/** Courses as quiet typographic cards, more of them as one scrolls. Which of them one is in stands on the card. */
import { Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { courseCardsQuery } from "@/backend/queries/courses";
import { myCoursesQuery } from "@/backend/queries/learning";
import { useSession } from "@/backend/queries/session";
import type { CourseFilter } from "@/bindings/CourseFilter";
import type { CourseRowDto } from "@/bindings/CourseRowDto";
import type { LearningCard } from "@/bindings/LearningCard";
import { ErrorState, type FoundIn, Money, type Place, StatusDot } from "@/design";
import classes from "./courses.module.css";
import { Rating } from "./Rating";

interface CourseCardsProps {
  filter: CourseFilter;
  empty: ReactNode;
  /** Of `useListPlace`: where to stand, and what a course opened from here carries. */
  place: Place | null;
  found: (at: Place) => { foundIn: FoundIn };
  /** For people who also see what is not published. */
  showStatus?: boolean;
}

export function CourseCards({ filter, empty, place, found, showStatus = false }: CourseCardsProps) {
  const { t } = useTranslation("courses");
  const student = useSession()?.role === "student";
  const courses = useInfiniteQuery(courseCardsQuery(filter));
  const mine = useQuery({ ...myCoursesQuery, enabled: student });
  const own = new Map(mine.data?.map((card) => [card.course.id, card]));
  const end = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const there = courses.data !== undefined;
  // back where somebody stood: their card is in sight again, and has the focus
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the cards are there
  useLayoutEffect(() => {
    if (!there || !place || !scroller.current) return;
    scroller.current.scrollTop = place.top;
    scroller.current
      .querySelector<HTMLElement>(`[data-course="${CSS.escape(place.key)}"]`)
      ?.focus({ preventScroll: true });
  }, [there]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = courses;
  useEffect(() => {
    const mark = end.current;
    if (!mark || !hasNextPage || isFetchingNextPage) return;
    const watch = new IntersectionObserver(
      (seen) => seen.some((entry) => entry.isIntersecting) && void fetchNextPage(),
      { rootMargin: "400px" },
    );
    watch.observe(mark);
    return () => watch.disconnect();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  if (courses.isError) {
    return (
      <ErrorState title={t("list.failed")} error={courses.error} onRetry={() => void courses.refetch()} />
    );
  }
  if (courses.isPending) {
    return (
      <div className={classes.scroll} role="status" aria-label={t("list.loading")}>
        <div className={classes.cards} aria-hidden="true">
          {["a", "b", "c", "d", "e", "f"].map((key) => (
            <Skeleton key={key} h={186} />
          ))}
        </div>
      </div>
    );
  }
  const rows = courses.data.pages.flatMap((page) => page.rows);
  const last = courses.data.pages.at(-1);
  if (rows.length === 0) return empty;
  return (
    <div ref={scroller} className={classes.scroll}>
      <ul className={classes.cards} aria-label={t("title")}>
        {rows.map((course, index) => (
          <Card
            key={course.id}
            course={course}
            mine={own.get(course.id)}
            showStatus={showStatus}
            onOpen={() => {
              const at = { key: course.id, index, top: scroller.current?.scrollTop ?? 0 };
              void navigate({
                to: "/courses/$courseId",
                params: { courseId: course.id },
                state: found(at),
              });
            }}
          />
        ))}
      </ul>
      <div ref={end} className={classes.cardsEnd}>
        <span role="status">
          {t("list.shown", { shown: rows.length, count: last?.total ?? rows.length })}
        </span>
        {hasNextPage && (
          <Button
            size="xs"
            variant="default"
            loading={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            {t("list.more")}
          </Button>
        )}
      </div>
    </div>
  );
}

function Card({
  course: c,
  mine,
  showStatus,
  onOpen,
}: {
  course: CourseRowDto;
  mine: LearningCard | undefined;
  showStatus: boolean;
  onOpen: () => void;
}) {
  const { t } = useTranslation("courses");
  const kind = [c.category && t(`category.${c.category}`), c.level && t(`level.${c.level}`)].filter(Boolean);
  return (
    <li className={classes.card} data-category={c.category ?? "Other"}>
      <div className={classes.cardHead}>
        <span>{kind.join(" · ") || t("list.noCategory")}</span>
        {mine ? (
          <StatusDot kind="enrollment" status={mine.status} />
        ) : (
          showStatus && <StatusDot kind="course" status={c.status} />
        )}
      </div>
      <h2 className={classes.cardTitle}>
        <Link
          to="/courses/$courseId"
          params={{ courseId: c.id }}
          data-course={c.id}
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
            event.preventDefault();
            onOpen();
          }}
        >
          {c.title}
        </Link>
      </h2>
      <p className={classes.cardBy}>{c.instructor.name}</p>
      <div className={classes.cardFacts}>
        <span>{t("card.lessons", { count: c.totalLessons })}</span>
        {c.ratingCount > 0 && <Rating average={c.ratingAverage} count={c.ratingCount} />}
        <span className={classes.cardPrice}>
          {c.price?.minor === 0 ? (
            t("price.free")
          ) : c.price ? (
            <Money minor={c.price.minor} currency={c.price.currency} />
          ) : (
            <span className={classes.dim}>{t("price.none")}</span>
          )}
        </span>
      </div>
    </li>
  );
}
