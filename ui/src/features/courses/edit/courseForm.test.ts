import { describe, expect, it } from "vitest";
import type { CourseFields } from "@/bindings/CourseFields";
import { merge, moved, NEW_ASSESSMENT, toFields, toForm } from "./courseForm";

const FIELDS: CourseFields = {
  title: "Rust",
  slug: "rust",
  description: "Learn it",
  fullDescription: null,
  category: "Programming",
  subcategory: null,
  level: "Beginner",
  tags: ["rust"],
  priceMinor: 12_000,
  originalPriceMinor: null,
  currency: "EUR",
  durationWeeks: null,
  durationHours: 1.5,
  durationDescription: null,
  requirements: ["A computer"],
  whatYouWillLearn: [],
  targetAudience: [],
  instructor: "66aa00000000000000000001",
  thumbnail: null,
  previewVideo: null,
  materials: [
    {
      id: "66aa0000000000000000000a",
      kind: "document",
      title: "Notes",
      description: null,
      url: null,
      duration: null,
      fileSize: 2048,
      downloadable: true,
    },
  ],
  assessments: [{ id: "a1", title: "Exam", weight: 60, maxScore: 100, passScore: 50, required: true }],
  isPublic: true,
  metaTitle: null,
  metaDescription: null,
  keywords: [],
};

describe("the fields of a course in inputs", () => {
  it("come back as they went", () => {
    expect(toFields(toForm(FIELDS))).toEqual(FIELDS);
  });

  it("loses empty lines and blank texts, not figures", () => {
    const form = toForm(FIELDS);
    const fields = toFields({
      ...form,
      subcategory: "  ",
      requirements: ["", "A computer", "  "],
      durationHours: "",
      durationWeeks: "6",
      assessments: [...form.assessments, { ...NEW_ASSESSMENT, title: " Essay ", weight: "40" }],
    });
    expect(fields.subcategory).toBeNull();
    expect(fields.requirements).toEqual(["A computer"]);
    expect(fields.durationHours).toBeNull();
    expect(fields.durationWeeks).toBe(6);
    expect(fields.assessments[1]).toMatchObject({ id: null, title: "Essay", weight: 40 });
  });
});

describe("an edit over somebody else's", () => {
  it("takes what only they changed and keeps what was typed", () => {
    const mine = { ...FIELDS, description: "Mine", title: "Rust for all" };
    const theirs = { ...FIELDS, description: "Theirs", priceMinor: 9_900 };
    const merged = merge(FIELDS, mine, theirs);
    expect(merged.fields).toEqual({
      ...FIELDS,
      title: "Rust for all",
      description: "Mine",
      priceMinor: 9_900,
    });
    expect(merged.taken).toEqual(["priceMinor"]);
    expect(merged.disputed).toEqual(["description"]);
  });

  it("sees no dispute where both wrote the same", () => {
    const both = { ...FIELDS, level: "Advanced" as const };
    expect(merge(FIELDS, both, both)).toEqual({ fields: both, taken: [], disputed: [] });
  });

  it("makes parts anew that they removed", () => {
    const mine = { ...FIELDS, assessments: [{ ...FIELDS.assessments[0], weight: 70 }] } as CourseFields;
    const theirs = { ...FIELDS, assessments: [] };
    const merged = merge(FIELDS, mine, theirs);
    expect(merged.disputed).toEqual(["assessments"]);
    expect(merged.fields.assessments).toEqual([{ ...mine.assessments[0], id: null }]);
  });
});

describe("moving a line", () => {
  it("moves within and nowhere else", () => {
    expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
    expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
    expect(moved(["a", "b"], 1, 2)).toEqual(["a", "b"]);
    expect(moved(["a", "b"], 0, -1)).toEqual(["a", "b"]);
  });
});
