/** A field for a secret, told to be wrong as other fields are: Mantine's own leaves `aria-invalid` out. */
// biome-ignore lint/style/noRestrictedImports: this is the field everything else uses instead
import { InputWrapperContext, PasswordInput, type PasswordInputProps } from "@mantine/core";
import { type ReactNode, use } from "react";

export type PasswordFieldProps = PasswordInputProps;

export function PasswordField({ "aria-describedby": beside, ...props }: PasswordFieldProps) {
  return (
    <PasswordInput
      aria-invalid={props.error ? true : undefined}
      inputContainer={(children) => <Described beside={beside}>{children}</Described>}
      {...props}
    />
  );
}

/** Mantine describes the input by its error and help alone. */
function Described({ beside, children }: { beside: string | undefined; children: ReactNode }) {
  const wrapper = use(InputWrapperContext);
  const describedBy = [wrapper?.describedBy, beside].filter(Boolean).join(" ") || undefined;
  return <InputWrapperContext value={{ ...wrapper, describedBy }}>{children}</InputWrapperContext>;
}
