use std::io::Cursor;

use super::*;

fn file(json: &str) -> Vec<u8> {
    let mut bytes = (json.len() as u64).to_le_bytes().to_vec();
    bytes.extend(json.as_bytes());
    bytes
}

fn read(bytes: &[u8]) -> Result<Safetensors> {
    Safetensors::read(&mut Cursor::new(bytes), None)
}

const SOUND: &str = r#"{"__metadata__":{"format":"pt"},
    "a":{"dtype":"BF16","shape":[2,3],"data_offsets":[0,12]},
    "b":{"dtype":"F4","shape":[3],"data_offsets":[12,14]}}"#;

#[test]
fn a_header_is_read() {
    let bytes = file(SOUND);
    let length = bytes.len() as u64 + 14;
    let file = Safetensors::read(&mut Cursor::new(&bytes), Some(length)).unwrap();
    assert_eq!(file.tensors.len(), 2);
    assert_eq!(file.file_bytes, length);
    for (wrong, kind) in [(length - 1, ErrorKind::Truncated), (length + 1, ErrorKind::Invalid)] {
        let error = Safetensors::read(&mut Cursor::new(&bytes), Some(wrong)).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
    }
}

#[test]
fn a_header_that_ends_anywhere_is_said_to_end() {
    let bytes = file(SOUND);
    for cut in 8..bytes.len() {
        let error = read(&bytes[..cut]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Truncated, "cut at {cut}: {error}");
    }
    // Fewer bytes than the length has look like nothing in particular.
    for cut in 0..8 {
        let kind = read(&bytes[..cut]).unwrap_err().kind();
        assert!(matches!(kind, ErrorKind::Truncated | ErrorKind::NotAModel), "cut at {cut}");
    }
}

#[test]
fn headers_that_lie_are_refused() {
    for (json, kind, words) in [
        (
            r#"{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,5]}}"#,
            ErrorKind::Invalid,
            "bytes 0 to 5",
        ),
        (
            r#"{"a":{"dtype":"BF16","shape":[2],"data_offsets":[4,0]}}"#,
            ErrorKind::Invalid,
            "bytes 4 to 0",
        ),
        (r#"{"a":{"dtype":"Q9","shape":[2],"data_offsets":[0,4]}}"#, ErrorKind::Unsupported, "Q9"),
        (
            r#"{"a":{"dtype":"U8","shape":[-2],"data_offsets":[0,4]}}"#,
            ErrorKind::Invalid,
            "no list",
        ),
        (
            r#"{"a":{"dtype":"U8","shape":[1152921504606846976,1024],"data_offsets":[0,4]}}"#,
            ErrorKind::Limit,
            "64 bits",
        ),
        (
            r#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},
                "b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}"#,
            ErrorKind::Invalid,
            "overlap",
        ),
        (
            r#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},
                "a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}"#,
            ErrorKind::Invalid,
            "two tensors",
        ),
        (r#"{"a":7}"#, ErrorKind::Invalid, "no list"),
        ("{]", ErrorKind::Invalid, "no list"),
    ] {
        let error = read(&file(json)).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    let mut huge = (1_u64 << 39).to_le_bytes().to_vec();
    huge.push(b'{');
    assert_eq!(read(&huge).unwrap_err().kind(), ErrorKind::Limit);
    let mut promised = (90_u64 << 20).to_le_bytes().to_vec();
    promised.extend(b"{\"a\":");
    assert_eq!(read(&promised).unwrap_err().kind(), ErrorKind::Truncated);
}

#[test]
fn an_index_stays_in_its_folder() {
    let index = |file: &str| {
        format!(
            r#"{{"metadata":{{"total_size":12.0}},"weight_map":{{"a":"{file}","b":"{file}"}}}}"#
        )
    };
    let read = Index::read(index("m-00001-of-00001.safetensors").as_bytes()).unwrap();
    assert_eq!(read.total, Some(12));
    assert_eq!(read.shards().len(), 1);
    for file in ["../m.safetensors", "/etc/passwd", "a\\\\b"] {
        assert_eq!(Index::read(index(file).as_bytes()).unwrap_err().kind(), ErrorKind::Invalid);
    }
    assert!(Index::read(b"[]").is_err());
}
