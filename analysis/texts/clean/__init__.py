"""From a document to its text: characters, navigation, repeated paragraphs."""
