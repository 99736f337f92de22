//! Finding and using what is on the page as a person does: by role and accessible name, once it is there.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use thirtyfour::{Key, TypingData, WebElement};

use crate::desk::Desk;

const BY_ROLE: &str = include_str!("by_role.js");

/// Roles of what text is typed into.
const FIELDS: &[&str] = &["textbox", "searchbox", "spinbutton", "combobox"];

/// After so many looks at a field that does not hold what was typed, it is typed again: something may have
/// taken the focus meanwhile.
const TYPED_AGAIN: u32 = 50;

/// An accessible name, or a part of one. A plain text is the whole name.
#[derive(Debug, Clone)]
pub struct Name {
    kind: &'static str,
    text: String,
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self {
            kind: "is",
            text: text.to_owned(),
        }
    }
}

/// Any name that starts with this.
pub fn starting(text: &str) -> Name {
    Name {
        kind: "starts",
        text: text.to_owned(),
    }
}

/// Any name that contains this.
pub fn containing(text: &str) -> Name {
    Name {
        kind: "contains",
        text: text.to_owned(),
    }
}

impl Desk {
    /// Everything that can be seen now with one of these roles and this name, in the page's order.
    pub async fn all(&self, roles: &[&str], name: impl Into<Name>) -> Vec<WebElement> {
        self.seen(Some(roles), Some(&name.into()), false, None)
            .await
    }

    /// The first element with this role and name, once there is one.
    ///
    /// # Panics
    /// When none appears in time.
    pub async fn find(&self, role: &str, name: impl Into<Name>) -> WebElement {
        self.find_any(&[role], name).await
    }

    /// The first element with any of these roles and this name, once there is one.
    ///
    /// # Panics
    /// When none appears in time.
    pub async fn find_any(&self, roles: &[&str], name: impl Into<Name>) -> WebElement {
        let name = name.into();
        let what = format!(
            "a {} named {:?} ({})",
            roles.join(" or "),
            name.text,
            name.kind
        );
        self.eventually(&what, async || {
            self.seen(Some(roles), Some(&name), false, None)
                .await
                .into_iter()
                .next()
        })
        .await
    }

    /// The first element inside another with this role and name, once there is one.
    ///
    /// # Panics
    /// When none appears in time.
    pub async fn find_in(
        &self,
        within: &WebElement,
        role: &str,
        name: impl Into<Name>,
    ) -> WebElement {
        let name = name.into();
        let what = format!(
            "a {role} named {:?} ({}) inside another",
            name.text, name.kind
        );
        self.eventually(&what, async || {
            self.seen(Some(&[role]), Some(&name), false, Some(within))
                .await
                .into_iter()
                .next()
        })
        .await
    }

    /// Whether it can be seen at this moment. For what should be there, or go, use [`Desk::find`] and
    /// [`Desk::gone`].
    pub async fn shows(&self, role: &str, name: impl Into<Name>) -> bool {
        !self.all(&[role], name).await.is_empty()
    }

    /// Returns when nothing with this role and name can be seen any more.
    ///
    /// # Panics
    /// When it stays.
    pub async fn gone(&self, role: &str, name: impl Into<Name>) {
        let name = name.into();
        let what = format!("the {role} named {:?} ({}) to go", name.text, name.kind);
        self.eventually(&what, async || {
            self.seen(Some(&[role]), Some(&name), false, None)
                .await
                .is_empty()
                .then_some(())
        })
        .await;
    }

    /// Returns when the page reads this somewhere.
    ///
    /// # Panics
    /// When it does not in time.
    pub async fn reads(&self, text: &str) {
        let what = format!("the text {text:?}");
        self.eventually(&what, async || {
            self.page_text().await.contains(text).then_some(())
        })
        .await;
    }

    /// The text that can be seen on the page, with single spaces.
    pub async fn page_text(&self) -> String {
        let text = self
            .script(
                "return document.body.innerText.replace(/\\s+/g, ' ');",
                Vec::new(),
            )
            .await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Clicks the element with this role and name once it is there and takes a click.
    ///
    /// # Panics
    /// When it does not in time.
    pub async fn click(&self, role: &str, name: impl Into<Name>) {
        self.click_any(&[role], name).await;
    }

    /// Clicks the first element with any of these roles and this name.
    ///
    /// # Panics
    /// When it takes no click in time.
    pub async fn click_any(&self, roles: &[&str], name: impl Into<Name>) {
        let name = name.into();
        let what = format!(
            "a {} named {:?} ({}) to take a click",
            roles.join(" or "),
            name.text,
            name.kind
        );
        self.eventually(&what, async || self.pressed(roles, &name, None).await)
            .await;
    }

    /// Clicks the first element inside another with this role and name.
    ///
    /// # Panics
    /// When it takes no click in time.
    pub async fn click_in(&self, within: &WebElement, role: &str, name: impl Into<Name>) {
        let name = name.into();
        let what = format!(
            "a {role} named {:?} ({}) inside another to take a click",
            name.text, name.kind
        );
        self.eventually(&what, async || {
            self.pressed(&[role], &name, Some(within)).await
        })
        .await;
    }

    /// One try to click. None when it is covered, moving or replaced under the pointer: a person would
    /// click again.
    async fn pressed(
        &self,
        roles: &[&str],
        name: &Name,
        within: Option<&WebElement>,
    ) -> Option<()> {
        let element = self
            .seen(Some(roles), Some(name), false, within)
            .await
            .into_iter()
            .next()?;
        if !element.is_enabled().await.ok()? {
            return None;
        }
        element.click().await.ok()
    }

    /// Replaces what is in the field with this name by a text, as a person types it.
    ///
    /// # Panics
    /// When there is no such field, or it does not hold the text afterwards.
    pub async fn fill(&self, name: impl Into<Name>, text: &str) {
        let name = name.into();
        self.type_into(name.clone(), text).await;
        let what = format!("the field {:?} to hold {text:?}", name.text);
        let looked = Cell::new(0_u32);
        self.eventually(&what, async || {
            looked.set(looked.get() + 1);
            if looked.get().is_multiple_of(TYPED_AGAIN) {
                self.typed(&name, text).await?;
            }
            let field = self.field(&name).await?;
            (field.prop("value").await.ok()??.as_str() == text).then_some(())
        })
        .await;
    }

    /// As [`Desk::fill`] for a field that writes what was typed in its own way (amounts, dates).
    ///
    /// # Panics
    /// When there is no such field, or it takes no text.
    pub async fn type_into(&self, name: impl Into<Name>, text: &str) -> WebElement {
        let name = name.into();
        let what = format!("the field {:?} to take text", name.text);
        self.eventually(&what, async || self.typed(&name, text).await)
            .await
    }

    async fn field(&self, name: &Name) -> Option<WebElement> {
        self.seen(Some(FIELDS), Some(name), false, None)
            .await
            .into_iter()
            .next()
    }

    /// One try to type.
    async fn typed(&self, name: &Name, text: &str) -> Option<WebElement> {
        let field = self.field(name).await?;
        field.click().await.ok()?;
        field.send_keys(Key::Control + "a").await.ok()?;
        if text.is_empty() {
            field.send_keys(Key::Delete + "").await.ok()?;
        } else {
            field.send_keys(text).await.ok()?;
        }
        Some(field)
    }

    /// Opens the choice with this name and takes the option.
    ///
    /// # Panics
    /// When there is no such choice or no such option.
    pub async fn choose(&self, name: impl Into<Name>, option: impl Into<Name>) {
        self.click_any(&["combobox", "textbox", "searchbox", "button"], name)
            .await;
        self.click("option", option).await;
    }

    /// Types keys to whatever has the focus, `Key::Control + "k"` and the like.
    ///
    /// # Panics
    /// When nothing has the focus.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        let keys = keys.into().to_string();
        self.eventually("something with the focus to take keys", async || {
            let focused = self.driver.active_element().await.ok()?;
            focused.send_keys(keys.as_str()).await.ok()
        })
        .await;
    }

    /// Gives a file to the file field with this name; such fields are often drawn by something else, so
    /// it need not be visible. An empty name is any file field.
    ///
    /// # Panics
    /// When there is no file field, or it does not take the file.
    pub async fn attach(&self, name: &str, file: &Path) {
        let name = if name.is_empty() {
            containing("")
        } else {
            Name::from(name)
        };
        let what = format!(
            "a file field named {:?} to take {}",
            name.text,
            file.display()
        );
        let path = file.to_string_lossy().into_owned();
        self.eventually(&what, async || {
            for field in self.seen(Some(&["button"]), Some(&name), true, None).await {
                if field.attr("type").await.ok()?.as_deref() == Some("file") {
                    return field.send_keys(path.as_str()).await.ok();
                }
            }
            None
        })
        .await;
    }

    /// The file that the page says it saved, by how its name ends.
    ///
    /// # Panics
    /// When it names none in time.
    pub async fn saved(&self, ending: &str) -> PathBuf {
        self.eventually(&format!("a {ending} file to be saved"), async || {
            let text = self.page_text().await;
            text.split("Saved to ").skip(1).find_map(|rest| {
                // What follows a path is the next sentence, which is about another file.
                let (path, _) = rest.split_once(ending)?;
                Some(PathBuf::from(format!("{path}{ending}")))
            })
        })
        .await
    }

    /// Everything on the page as `role "name"`, one a line: what a failed search is told beside.
    pub async fn outline(&self) -> String {
        let wanted = json!({ "roles": null, "name": null, "hidden": false });
        let Ok(found) = self.driver.execute(BY_ROLE, vec![wanted]).await else {
            return "(the page cannot be read)".to_owned();
        };
        let lines: Vec<String> = found
            .json()
            .as_array()
            .into_iter()
            .flatten()
            .map(|found| {
                let name: String = found["name"]
                    .as_str()
                    .unwrap_or_default()
                    .chars()
                    .take(80)
                    .collect();
                format!("  {} {name:?}", found["role"].as_str().unwrap_or_default())
            })
            .take(150)
            .collect();
        lines.join("\n")
    }

    async fn seen(
        &self,
        roles: Option<&[&str]>,
        name: Option<&Name>,
        hidden: bool,
        within: Option<&WebElement>,
    ) -> Vec<WebElement> {
        let name = name.map(|name| json!({ "kind": name.kind, "text": name.text }));
        let mut arguments = vec![json!({ "roles": roles, "name": name, "hidden": hidden })];
        if let Some(within) = within {
            arguments.push(within.to_json().expect("an element as JSON"));
        }
        // The page may be replaced while it is read; whoever waits asks again.
        let Ok(found) = self.driver.execute(BY_ROLE, arguments).await else {
            return Vec::new();
        };
        let elements = found.json().as_array().cloned().unwrap_or_default();
        elements
            .into_iter()
            .map(|mut found| {
                found
                    .get_mut("element")
                    .map(Value::take)
                    .unwrap_or_default()
            })
            .filter_map(|element| WebElement::from_json(element, self.driver.handle().clone()).ok())
            .collect()
    }
}
