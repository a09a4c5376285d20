//! Organisations and their contacts in a form that can be compared.

use ocds::types::{Identifier, Organization};

/// Contacts of one organisation in normal form.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Contacts {
    /// Telephone.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Street address of six characters or more: a town's name alone is no address.
    pub street: Option<String>,
    /// Domain of the web site.
    pub site: Option<String>,
    /// Postcode; weak.
    pub postcode: Option<String>,
    /// Domain of the e-mail address, public providers left out; weak.
    pub domain: Option<String>,
}

impl Contacts {
    /// Contacts of a party; none where none are published.
    pub fn of(party: &Organization<'_>) -> Self {
        let contact = party.contact_point.as_ref();
        let address = party.address.as_ref();
        let email = contact.and_then(|contact| contact.email.as_deref());
        let street = address.and_then(|address| address.street_address.as_deref()).and_then(normal_text);
        Self {
            phone: contact.and_then(|contact| contact.telephone.as_deref()).and_then(normal_phone),
            email: email.and_then(normal_email),
            street: street.filter(|street| street.chars().count() >= 6),
            site: contact.and_then(|contact| contact.url.as_deref()).and_then(normal_domain),
            postcode: address.and_then(|address| address.postal_code.as_deref()).and_then(normal_text),
            domain: email.and_then(normal_domain),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        let Self { phone, email, street, site, postcode, domain } = self;
        [phone, email, street, site, postcode, domain].into_iter().all(Option::is_none)
    }
}

/// `scheme-id` of a register entry, as registries and lists key it; `None` unless both are published.
pub fn identifier_key(identifier: &Identifier<'_>) -> Option<String> {
    let (scheme, id) = (identifier.scheme.as_deref()?.trim(), identifier.id.as_deref()?.trim());
    (!scheme.is_empty() && !id.is_empty()).then(|| format!("{scheme}-{id}"))
}

/// A telephone number as digits: punctuation, a leading country code of China and leading zeros dropped; extensions after
/// `转`, `ext` or `#` cut. `None` below six digits: too short to tell anybody.
pub fn normal_phone(raw: &str) -> Option<String> {
    let cut = raw.find(['#', '转', 'x', 'X', 'e', 'E', ';', ',', '/', '、', '；']).unwrap_or(raw.len());
    let mut digits: String =
        raw[..cut].chars().filter_map(|c| c.to_digit(10)).filter_map(|d| char::from_digit(d, 10)).collect();
    if digits.starts_with("0086") {
        digits.drain(..4);
    } else if digits.starts_with("86") && digits.len() > 11 {
        digits.drain(..2);
    }
    let digits = digits.trim_start_matches('0');
    // A number of one repeated digit is a placeholder.
    let first = digits.chars().next()?;
    (digits.len() >= 6 && !digits.chars().all(|c| c == first)).then(|| digits.to_owned())
}

/// An e-mail address in lower case; `None` unless it has the form of one.
pub fn normal_email(raw: &str) -> Option<String> {
    let text = raw.trim().to_lowercase();
    let (name, domain) = text.split_once('@')?;
    (!name.is_empty() && domain.contains('.') && !domain.contains('@')).then_some(text)
}

/// The domain of a web site or e-mail address, without `www.`; `None` for public mail providers, which tell nothing.
pub fn normal_domain(raw: &str) -> Option<String> {
    const PUBLIC: [&str; 16] = [
        "163.com",
        "126.com",
        "qq.com",
        "sina.com",
        "sina.cn",
        "sohu.com",
        "139.com",
        "189.cn",
        "foxmail.com",
        "aliyun.com",
        "gmail.com",
        "yahoo.com",
        "hotmail.com",
        "outlook.com",
        "mail.ru",
        "yandex.ru",
    ];
    let text = raw.trim().to_lowercase();
    let text = text.rsplit_once('@').map_or(text.as_str(), |(_, domain)| domain);
    let text = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
    let host = text.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    (host.contains('.') && !PUBLIC.contains(&host)).then(|| host.to_owned())
}

/// Text without case, space and punctuation, full-width forms made half-width; `None` below four characters.
pub fn normal_text(raw: &str) -> Option<String> {
    let text: String = raw
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            other => other,
        })
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    (text.chars().count() >= 4).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_compare_in_normal_form() {
        let phones = [
            ("025-8326 1234", Some("2583261234")),
            ("+86 25 83261234", Some("2583261234")),
            ("(025)83261234转801", Some("2583261234")),
            ("0000000", None),
            ("12345", None),
        ];
        for (raw, expected) in phones {
            assert_eq!(normal_phone(raw).as_deref(), expected, "{raw}");
        }
        assert_eq!(normal_email(" Info@Example.ORG ").as_deref(), Some("info@example.org"));
        assert_eq!(normal_email("none"), None);
        assert_eq!(normal_domain("https://www.example.org/a").as_deref(), Some("example.org"));
        assert_eq!(normal_domain("someone@qq.com"), None);
        assert_eq!(normal_text("演示路　１号，A座"), normal_text("演示路1号A座"));
        assert_eq!(normal_text("ab"), None);
    }
}
