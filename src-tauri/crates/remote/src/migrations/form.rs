//! Forms of text, once as patterns for the server and once by hand.
//!
//! Deliberately absent: the domain's own checks, which are finer and made before anything is sent.

/// Forms of text; each a pattern for the server and the same by hand for the list of what is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `name@host`, lower case: the domain's check is finer and made before anything is sent.
    Email,
    /// The seed schema's phone pattern.
    Phone,
    /// The seed schema's slug pattern.
    Slug,
    /// 64 hexadecimal digits.
    Digest,
    /// A desktop's short name.
    Device,
}

impl Form {
    /// As `pattern` of a `$jsonSchema`.
    pub(super) const fn pattern(self) -> &'static str {
        match self {
            Self::Email => "^[^A-Z]+@[^\\sA-Z@]+$",
            Self::Phone => "^\\+?[0-9\\s()-]+$",
            Self::Slug => "^[a-z0-9-]+$",
            Self::Digest => "^[0-9a-f]{64}$",
            Self::Device => "^[A-Z0-9]{1,12}$",
        }
    }

    /// What is wrong with a text that does not fit.
    pub(super) const fn wanted(self) -> &'static str {
        match self {
            Self::Email => "is not an e-mail address in lower case",
            Self::Phone => "is not a phone number",
            Self::Slug => "has other characters than a-z, 0-9 and hyphens",
            Self::Digest => "is not a SHA-256 in hexadecimal",
            Self::Device => "is not a device name (1 to 12 upper-case letters and digits)",
        }
    }

    /// Whether a text has the form.
    pub(super) fn fits(self, text: &str) -> bool {
        let upper = |c: char| c.is_ascii_uppercase();
        match self {
            Self::Email => text.rsplit_once('@').is_some_and(|(local, host)| {
                !local.is_empty()
                    && !host.is_empty()
                    && !local.contains(upper)
                    && !host.contains(|c: char| upper(c) || c.is_ascii_whitespace())
            }),
            Self::Phone => {
                let rest = text.strip_prefix('+').unwrap_or(text);
                !rest.is_empty()
                    && rest
                        .chars()
                        .all(|c| c.is_ascii_digit() || c.is_ascii_whitespace() || "()-".contains(c))
            }
            Self::Slug => {
                !text.is_empty()
                    && text
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            }
            Self::Digest => {
                text.len() == 64
                    && text
                        .bytes()
                        .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
            }
            Self::Device => {
                (1..=12).contains(&text.len())
                    && text
                        .bytes()
                        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            }
        }
    }
}
