//! Long sentences broken into lines.

/// Breaks each line of `text` at spaces so that none is wider than `width`, where words allow.
pub(crate) fn wrap(text: &str, width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let indent = &line[..indent];
        let mut current = indent.to_owned();
        let mut is_empty = true;
        for word in line.split_whitespace() {
            let needed = current.chars().count() + word.chars().count() + usize::from(!is_empty);
            if !is_empty && needed > width {
                lines.push(std::mem::replace(&mut current, indent.to_owned()));
                is_empty = true;
            }
            if !is_empty {
                current.push(' ');
            }
            current.push_str(word);
            is_empty = false;
        }
        lines.push(current);
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_only() {
        assert_eq!(wrap("one two three", 7), "one two\nthree");
        assert_eq!(wrap("one  two", 80), "one two");
        assert_eq!(wrap("a-very-long-word x", 4), "a-very-long-word\nx");
        assert_eq!(wrap("a\n  b c d", 5), "a\n  b c\n  d");
        assert_eq!(wrap("", 5), "");
    }
}
