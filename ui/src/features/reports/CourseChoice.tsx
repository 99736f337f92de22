/** Narrows a report to one course, found by its title. */
import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { courseQuery, coursesPage } from "@/backend/queries/courses";
import { useSession } from "@/backend/queries/session";

interface CourseChoiceProps {
  value: string | null;
  onChange: (course: string | null) => void;
}

export function CourseChoice({ value, onChange }: CourseChoiceProps) {
  const { t } = useTranslation("reports");
  const session = useSession();
  // an instructor's reports are of their own courses
  const instructor = session?.role === "instructor" ? session.user : null;
  const [text, setText] = useState("");
  const [asked] = useDebouncedValue(text, 150);
  const chosen = useQuery({ ...courseQuery(value ?? ""), enabled: value !== null });
  const title = chosen.data?.fields.title;
  // the field shows the title of what is chosen: that is not a search
  const wanted = asked === title ? "" : asked;
  const found = useQuery({
    queryKey: ["courses", "report", wanted, instructor],
    queryFn: () => coursesPage({ text: wanted, instructor })(0, 30),
    placeholderData: keepPreviousData,
  });
  const data = (found.data?.rows ?? []).map((course) => ({ value: course.id, label: course.title }));
  if (value && title && !data.some((one) => one.value === value)) {
    data.unshift({ value, label: title });
  }
  return (
    <Select
      aria-label={t("course.label")}
      placeholder={t("course.all")}
      data={data}
      filter={({ options }) => options}
      searchable
      clearable
      nothingFoundMessage={t("course.none")}
      value={value}
      onChange={onChange}
      searchValue={text}
      onSearchChange={setText}
    />
  );
}
