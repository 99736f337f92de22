import { render } from "@testing-library/react";
import { expect, it } from "vitest";
import { TechnicalName } from "./TechnicalName";

it.each([
  ["enrollments_by_course_status", "enrollments_<wbr>by_<wbr>course_<wbr>status"],
  ["progress.percentage_1", "progress.<wbr>percentage_<wbr>1"],
  ["_id_", "_<wbr>id_"],
  ["plain", "plain"],
])("%s breaks after dots and underscores alone", (name, into) => {
  const { container } = render(<TechnicalName>{name}</TechnicalName>);
  expect(container.querySelector("span")?.innerHTML).toBe(into);
  expect(container).toHaveTextContent(name);
});
