//! Files inside the layers of an artifact, read where they lie: in tar archives, packed or not, and
//! as they are.

use std::io::{self, Read, Seek, SeekFrom};

use flate2::read::MultiGzDecoder;
use tar::Archive;

use crate::folder::MAX_THROWN;
use crate::oci::Layer;
use crate::{Entry, Error, Folder, Result};

/// An archive with more files is no model.
const MAX_FILES: usize = 10_000;

/// The files of all layers together.
pub(super) struct Packed<'a> {
    blobs: &'a dyn Folder,
    entries: Vec<Entry>,
    places: Vec<Place>,
    /// Whether a packed layer was not read to its end.
    pub(super) is_cut: bool,
}

/// Where a file lies.
struct Place {
    path: String,
    blob: String,
    /// Where it begins, in the blob or in what it unpacks to.
    offset: u64,
    bytes: u64,
    is_packed: bool,
}

impl<'a> Packed<'a> {
    /// Lists the files in layers: of archives by the heads of their members, without unpacking.
    pub(super) fn list(
        blobs: &'a dyn Folder,
        layers: &[Layer],
        locate: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self> {
        let mut packed = Self { blobs, entries: Vec::new(), places: Vec::new(), is_cut: false };
        let is_model = |layer: &&Layer| {
            !["dataset", ".doc.", ".docs."].iter().any(|part| layer.media_type.contains(part))
        };
        for layer in layers.iter().filter(is_model) {
            let Some(blob) = locate(&layer.digest) else { continue };
            let Some(entry) = blobs.entry(&blob) else {
                return Err(Error::missing(format!("the blob {blob} is missing; pull it again")));
            };
            let bytes = entry.bytes;
            let kind = layer.media_type.as_str();
            if kind.ends_with(".tar+gzip") || kind.ends_with(".tar.gzip") {
                packed.packed_members(&blob)?;
            } else if kind.ends_with(".tar") {
                packed.members(&blob, bytes)?;
            } else if kind.contains(".tar") {
                return Err(Error::unsupported(format!(
                    "a layer is packed as {kind}, which is not read here; unpack it, and name the \
                     folder"
                )));
            } else if let Some(path) = layer.path.clone().filter(|path| is_inside(path)) {
                packed.add(Place { path, blob, offset: 0, bytes, is_packed: false })?;
            }
        }
        packed.entries.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(packed)
    }

    fn add(&mut self, place: Place) -> Result<()> {
        if self.places.len() >= MAX_FILES {
            return Err(Error::limit(format!("its layers hold more than {MAX_FILES} files")));
        }
        if self.places.iter().all(|other| other.path != place.path) {
            self.entries.push(Entry { path: place.path.clone(), bytes: place.bytes });
            self.places.push(place);
        }
        Ok(())
    }

    /// Members of a plain archive: from head to head, over what lies between.
    fn members(&mut self, blob: &str, bytes: u64) -> Result<()> {
        let wrong = |error: &io::Error| broken(blob, error);
        let mut archive =
            Archive::new(Blob { folder: self.blobs, path: blob, at: 0, bytes, left: MAX_THROWN });
        let mut found = Vec::new();
        for member in archive.entries_with_seek().map_err(|error| wrong(&error))? {
            let member = member.map_err(|error| wrong(&error))?;
            found.extend(place(&member, blob, false));
            if found.len() > MAX_FILES {
                break;
            }
        }
        found.into_iter().try_for_each(|place| self.add(place))
    }

    /// Members of a packed archive, as far as they can be reached by unpacking little.
    fn packed_members(&mut self, blob: &str) -> Result<()> {
        let reader = MultiGzDecoder::new(self.blobs.open(blob)?);
        let mut archive = Archive::new(Bounded { reader, left: MAX_THROWN });
        let mut found = Vec::new();
        for member in archive.entries().map_err(|error| broken(blob, &error))? {
            match member {
                Ok(member) => found.extend(place(&member, blob, true)),
                Err(error) if error.kind() == io::ErrorKind::QuotaExceeded => {
                    self.is_cut = true;
                    break;
                }
                Err(error) => return Err(broken(blob, &error)),
            }
            if found.len() > MAX_FILES {
                break;
            }
        }
        found.into_iter().try_for_each(|place| self.add(place))
    }

    fn find(&self, path: &str) -> Result<&Place> {
        self.places
            .iter()
            .find(|place| place.path == path)
            .ok_or_else(|| Error::missing("there is no such file").in_file(path))
    }
}

impl Folder for Packed<'_> {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn open(&self, path: &str) -> Result<Box<dyn Read + '_>> {
        let place = self.find(path)?;
        if !place.is_packed {
            let reader = self.blobs.open_at(&place.blob, place.offset)?;
            return Ok(Box::new(reader.take(place.bytes)));
        }
        let mut reader = MultiGzDecoder::new(self.blobs.open(&place.blob)?);
        io::copy(&mut (&mut reader).take(place.offset), &mut io::sink())
            .map_err(|error| broken(&place.blob, &error))?;
        Ok(Box::new(reader.take(place.bytes)))
    }
}

fn place<R: Read>(member: &tar::Entry<'_, R>, blob: &str, is_packed: bool) -> Option<Place> {
    let is_file = member.header().entry_type().is_file();
    let path = member.path().ok()?.to_str()?.trim_start_matches("./").to_owned();
    (is_file && is_inside(&path)).then(|| Place {
        path,
        blob: blob.to_owned(),
        offset: member.raw_file_position(),
        bytes: member.size(),
        is_packed,
    })
}

/// Tells whether a path stays inside its folder.
fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && path.len() < 4096
        && !path.starts_with('/')
        && path.split('/').all(|part| part != "..")
}

fn broken(blob: &str, error: &io::Error) -> Error {
    Error::invalid(format!("its archive cannot be read: {error}")).in_file(blob)
}

/// A blob that can be read from anywhere.
struct Blob<'a> {
    folder: &'a dyn Folder,
    path: &'a str,
    at: u64,
    bytes: u64,
    /// How much may still be read: heads of members are short, and what they claim is not.
    left: u64,
}

impl Read for Blob<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.bytes {
            return Ok(0);
        }
        if self.left == 0 {
            return Err(io::Error::from(io::ErrorKind::QuotaExceeded));
        }
        let room = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let buffer = &mut buffer[..room];
        let mut reader = self
            .folder
            .open_at(self.path, self.at)
            .map_err(|error| io::Error::other(error.to_string()))?;
        let count = reader.read(buffer)?;
        self.at += count as u64;
        self.left -= count as u64;
        Ok(count)
    }
}

impl Seek for Blob<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.bytes.checked_add_signed(by),
        };
        self.at = target.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

/// A reader that gives up after so many bytes.
struct Bounded<R> {
    reader: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::from(io::ErrorKind::QuotaExceeded));
        }
        let room = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let count = self.reader.read(&mut buffer[..room])?;
        self.left -= count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::{Bytes, Known, MemoryFolder, PartKind, Recipe, catalogue};

    fn known() -> &'static Known {
        catalogue().iter().find(|known| known.title == "Qwen3 0.6B").unwrap()
    }

    /// A tar archive of these files; each may claim to be longer than its bytes, which then are zeros
    /// that are not there: the archive ends with them.
    fn archive(files: &[(&str, &[u8], u64)]) -> (Vec<u8>, u64) {
        let mut out = Vec::new();
        let mut length = 0;
        for (path, bytes, size) in files {
            let mut header = tar::Header::new_gnu();
            header.set_path(path).unwrap();
            header.set_size(*size);
            header.set_mode(0o644);
            header.set_cksum();
            out.resize(length as usize, 0);
            out.extend(header.as_bytes());
            out.extend(*bytes);
            length += 512 + size.next_multiple_of(512);
        }
        (out, length)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// An archive packed with the zeros that it only claims to have, a few MiB at a time.
    fn packed(tar: &[u8], length: u64) -> Vec<u8> {
        const STEP: usize = 4 << 20;
        let mut out = gzip(tar);
        let zeros = gzip(&vec![0; STEP]);
        let missing = length as usize - tar.len();
        (0..missing / STEP).for_each(|_| out.extend(&zeros));
        out.extend(gzip(&vec![0; missing % STEP]));
        out
    }

    /// A layout of one manifest whose layers have these media types and bytes.
    fn layout(layers: &[(&str, Vec<u8>, u64)]) -> MemoryFolder {
        let hash = |number: usize| format!("{number:064}");
        let mut folder = MemoryFolder::default().with("oci-layout", b"{}".to_vec(), None);
        let mut text = Vec::new();
        for (number, (media, bytes, size)) in layers.iter().enumerate() {
            let hash = hash(number + 1);
            text.push(format!(
                r#"{{"mediaType":"{media}","digest":"sha256:{hash}","size":{size}}}"#
            ));
            folder = folder.with(&format!("blobs/sha256/{hash}"), bytes.clone(), Some(*size));
        }
        let manifest = format!(
            r#"{{"schemaVersion":2,"config":{{"mediaType":
            "application/vnd.kitops.modelkit.config.v1+json","digest":"sha256:{}","size":2}},
            "layers":[{}]}}"#,
            hash(0),
            text.join(",")
        );
        let index = format!(r#"{{"manifests":[{{"digest":"sha256:{}"}}]}}"#, hash(99));
        folder
            .with(&format!("blobs/sha256/{}", hash(99)), manifest.into_bytes(), None)
            .with(&format!("blobs/sha256/{}", hash(0)), b"{}".to_vec(), None)
            .with("index.json", index.into_bytes(), None)
    }

    const MODEL: &str = "application/vnd.kitops.modelkit.model.v1.tar";

    #[test]
    fn a_header_inside_an_archive_is_read() {
        let recipe = Recipe::named("Q8_0").unwrap();
        let (header, length) = known().gguf_header(recipe).unwrap();
        let expected = known().gguf(recipe).unwrap().weights.total();
        // 600 MB of which only the header is there.
        let (tar, size) = archive(&[("./models/m.gguf", &header, length)]);
        let packed = packed(&tar, size);
        let packed_size = packed.len() as u64;
        for (media, bytes, size) in
            [(MODEL.to_owned(), tar, size), (format!("{MODEL}+gzip"), packed, packed_size)]
        {
            let folder = layout(&[(&media, bytes, size)]);
            let model = crate::open_folder("kit", &folder, None).unwrap();
            assert_eq!(model.weights.total(), expected, "{media}");
            assert_eq!(model.format, "Q8_0");
            assert!(model.parts.iter().any(|part| part.bytes == Bytes(length)), "{media}");
            let packed = model.parts.iter().filter(|part| part.kind == PartKind::Other);
            assert_eq!(packed.count(), usize::from(media.ends_with("gzip")), "{media}");
        }
    }

    #[test]
    fn files_of_a_checkout_are_found_over_layers() {
        let config = br#"{"model_type":"llama","num_hidden_layers":1,"hidden_size":8,
            "num_attention_heads":1,"vocab_size":8}"#;
        let json = br#"{"x":{"dtype":"BF16","shape":[8],"data_offsets":[0,16]}}"#;
        let mut tensors = (json.len() as u64).to_le_bytes().to_vec();
        tensors.extend(json);
        tensors.extend([0; 16]);
        let length = tensors.len() as u64;
        let (config, size) = archive(&[("m/config.json", config, config.len() as u64)]);
        let code = "application/vnd.kitops.modelkit.code.v1.tar";
        let (weights, weights_size) = archive(&[("m/model.safetensors", &tensors, length)]);
        let folder = layout(&[(code, config, size), (MODEL, weights, weights_size)]);
        let model = crate::open_folder("kit", &folder, None).unwrap();
        assert_eq!(model.weights.total(), Bytes(16));
    }

    #[test]
    fn archives_that_lie_are_refused() {
        let (mut tar, size) = archive(&[("a.gguf", b"GGUF", 4)]);
        tar[0] = b'b';
        for (media, bytes) in [
            (MODEL.to_owned(), tar),
            (MODEL.to_owned(), vec![1; 1024]),
            (format!("{MODEL}+gzip"), vec![1; 1024]),
            (format!("{MODEL}+zstd"), vec![1; 1024]),
        ] {
            let folder = layout(&[(&media, bytes, size)]);
            assert!(crate::open_folder("kit", &folder, None).is_err(), "{media}");
        }
        for path in ["../../etc/x.gguf", "/etc/x.gguf", ""] {
            assert!(!is_inside(path), "{path}");
        }
    }
}
