//! What an AI application on Kubernetes is.
