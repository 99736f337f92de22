/** Which sealed file: its full path, with those in the downloads folder offered. */
import { Autocomplete } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { sealedFilesQuery } from "@/backend/queries/desktops";
import type { SealedKind } from "@/bindings/SealedKind";

interface Props {
  kind: SealedKind;
  label: string;
  value?: string;
  defaultValue?: string;
  onChange?: (value: string) => void;
  error?: React.ReactNode;
}

export function SealedPath({ kind, ...input }: Props) {
  const { t } = useTranslation("desktops");
  const files = useQuery(sealedFilesQuery);
  const offered = (files.data ?? []).filter((file) => file.kind === kind).map((file) => file.path);
  return (
    <Autocomplete
      description={t(offered.length > 0 ? "path.offered" : "path.hint")}
      data={offered}
      autoComplete="off"
      spellCheck={false}
      autoFocus
      {...input}
    />
  );
}
