//! No HTTP client.
//!
//! The FEEL evaluator that `dmn` is built on calls functions written in Java by asking a server on the same machine,
//! with the client of the package named `reqwest`. `[patch.crates-io]` in the root manifest puts this crate in that
//! place: the same few names, none of which can open a socket. `dmn` refuses external functions when it reads a model,
//! so that nothing here is ever called; were it called, the answer is [`NoClient`]. It also spares the workspace a
//! second TLS library and some sixty crates.
//!
//! Whoever needs an HTTP client takes `ureq`, as `outward` does, never this.

/// The only answer: there is no client.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoClient;

impl std::fmt::Display for NoClient {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("this node has no client for external functions")
    }
}

impl std::error::Error for NoClient {}

/// The names that the evaluator uses.
pub mod blocking {
    use super::NoClient;

    /// Stands for a client.
    #[derive(Clone, Copy, Default, Debug)]
    pub struct Client;

    impl Client {
        /// Nothing is opened, read or resolved.
        pub fn new() -> Self {
            Self
        }

        /// A request to `address` that will not be sent.
        pub fn post(&self, _address: &str) -> Request {
            Request
        }
    }

    /// Stands for a request.
    #[derive(Clone, Copy, Debug)]
    pub struct Request;

    impl Request {
        /// The body is dropped unread.
        pub fn json<T: ?Sized>(self, _body: &T) -> Self {
            self
        }

        /// Always [`NoClient`].
        pub fn send(self) -> Result<Answer, NoClient> {
            Err(NoClient)
        }
    }

    /// Stands for an answer; nobody can make one.
    #[derive(Clone, Copy, Debug)]
    pub enum Answer {}

    impl Answer {
        /// Cannot be reached.
        pub fn json<T>(self) -> Result<T, NoClient> {
            match self {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{NoClient, blocking};

    #[test]
    fn nothing_is_ever_sent() {
        let answer = blocking::Client::new().post("http://127.0.0.1:22023/").json("body").send();
        assert_eq!(answer.map(|_| ()), Err(NoClient));
    }
}
