import { expect, it } from "vitest";
import { advance } from "./Stages";

const at = (stage: string, done: number) => ({ task: "connect", stage, done, total: 10 });

it("keeps the stages in the order they began, each with its newest figures", () => {
  let stages = advance([], at("preparing", 1));
  stages = advance(stages, at("users", 3));
  stages = advance(stages, at("users", 10));
  stages = advance(stages, at("courses", 1));
  expect(stages.map((one) => [one.stage, one.done])).toEqual([
    ["preparing", 1],
    ["users", 10],
    ["courses", 1],
  ]);
});
