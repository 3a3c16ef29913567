// What a client asks about files that are stored already, and about its unfinished ones.
//
// Each request is answered by the message below it with the same request number, or by a session.failure; a
// connection has one of them under way at a time.
#pragma once

#include "protocol/upload/messages.hpp"

namespace protocol::upload {

// Client → server: delete this file, or this folder with everything in it.
struct remove {
    static constexpr std::uint16_t type = 0x0240;
    static constexpr bool critical = true;
    bool recursive = false;  // without it a folder that is not empty stays
    std::string_view path{};

    static constexpr auto members() {
        return std::tuple{member("recursive", &remove::recursive),
                          member("path", &remove::path, limits::path_bytes_max)};
    }
};

// Server → client: it is gone, durably.
struct removed {
    static constexpr std::uint16_t type = 0x0241;
    static constexpr bool critical = true;
    std::uint64_t files = 0;
    std::uint64_t folders = 0;
    std::uint64_t bytes = 0;

    static constexpr auto members() {
        return std::tuple{member("files", &removed::files), member("folders", &removed::folders),
                          member("bytes", &removed::bytes)};
    }
};

// Client → server: give this file or folder another name.
struct rename {
    static constexpr std::uint16_t type = 0x0242;
    static constexpr bool critical = true;
    bool replace = false;  // a file that has the name
    std::string_view from{};
    std::string_view to{};  // a folder that is there: into it, under the same name

    static constexpr auto members() {
        return std::tuple{member("replace", &rename::replace),
                          member("from", &rename::from, limits::path_bytes_max),
                          member("to", &rename::to, limits::path_bytes_max)};
    }
};

// Server → client: it has its new name, durably.
struct renamed {
    static constexpr std::uint16_t type = 0x0243;
    static constexpr bool critical = true;
    std::string_view path{};

    static constexpr auto members() {
        return std::tuple{member("path", &renamed::path, limits::path_bytes_max)};
    }
};

// Client → server: which uploads of this key are not finished?
struct list_unfinished {
    static constexpr std::uint16_t type = 0x0244;
    static constexpr bool critical = true;

    static constexpr auto members() { return std::tuple{}; }
};

using upload_id = byte_array<16>;  // the same for the same key and target path

struct unfinished_upload {
    upload_id id{};
    std::uint64_t size = 0;           // bytes, or size_unknown
    std::uint64_t durable_bytes = 0;  // of those on disk: they will not be sent again
    std::int64_t touched_ns = 0;      // when its data last grew; since the epoch
    std::string_view path{};          // where it shall stand

    static constexpr auto members() {
        return std::tuple{member("id", &unfinished_upload::id), member("size", &unfinished_upload::size),
                          member("durable_bytes", &unfinished_upload::durable_bytes),
                          member("touched_ns", &unfinished_upload::touched_ns),
                          member("path", &unfinished_upload::path, limits::path_bytes_max)};
    }
};

// Server → client: some of them, in no order.
struct unfinished {
    static constexpr std::uint16_t type = 0x0245;
    static constexpr bool critical = true;
    bool more = false;  // another frame follows
    std::vector<unfinished_upload> uploads{};

    static constexpr auto members() {
        return std::tuple{member("more", &unfinished::more),
                          member("uploads", &unfinished::uploads, limits::unfinished_max)};
    }
};

// Client → server: forget this unfinished upload of this key; one that is under way fails as superseded.
struct discard {
    static constexpr std::uint16_t type = 0x0246;
    static constexpr bool critical = true;
    upload_id id{};

    static constexpr auto members() { return std::tuple{member("id", &discard::id)}; }
};

struct discarded {
    static constexpr std::uint16_t type = 0x0247;
    static constexpr bool critical = true;
    std::uint64_t durable_bytes = 0;  // that were there

    static constexpr auto members() { return std::tuple{member("durable_bytes", &discarded::durable_bytes)}; }
};

enum class digest_kind : std::uint8_t { xxh3_128 = 1, sha256 = 2 };
constexpr bool is_known(digest_kind k) {
    return k == digest_kind::xxh3_128 || k == digest_kind::sha256;
}

struct examined_path {
    std::uint64_t size = 0;  // bytes; contents of another size are not read
    std::string_view path{};

    static constexpr auto members() {
        return std::tuple{member("size", &examined_path::size),
                          member("path", &examined_path::path, limits::path_bytes_max)};
    }
};

// Client → server: read these files from the disk. Several of these requests may wait for their answers, at
// most examinations_in_flight_max.
struct examine {
    static constexpr std::uint16_t type = 0x0248;
    static constexpr bool critical = true;
    digest_kind kind = digest_kind::xxh3_128;
    std::vector<examined_path> files{};

    static constexpr auto members() {
        return std::tuple{member("kind", &examine::kind),
                          member("files", &examine::files, limits::examined_max)};
    }
};

struct finding {
    entry_kind kind = entry_kind::other;
    std::uint16_t code = 0;  // protocol::error_code: no_such_file, or why it could not be read
    std::uint64_t size = 0;  // bytes
    bytes_view digest{};     // of the whole content; empty when it was not read

    static constexpr auto members() {
        return std::tuple{member("kind", &finding::kind), member("code", &finding::code),
                          member("size", &finding::size),
                          member("digest", &finding::digest, limits::examined_digest_bytes_max)};
    }
};

// Server → client: one finding for each file, in their order.
struct examined {
    static constexpr std::uint16_t type = 0x0249;
    static constexpr bool critical = true;
    std::vector<finding> findings{};

    static constexpr auto members() {
        return std::tuple{member("findings", &examined::findings, limits::examined_max)};
    }
};

// Client → server, before a put: sign what this connection stores.
struct want_receipts {
    static constexpr std::uint16_t type = 0x024a;
    static constexpr bool critical = true;

    static constexpr auto members() { return std::tuple{}; }
};

struct receipted_file {
    std::uint32_t file_no = 0;

    static constexpr auto members() { return std::tuple{member("file_no", &receipted_file::file_no)}; }
};

// Server → client: these files are stored. What is signed is in SPEC.md; both sides know all of it.
struct receipt {
    static constexpr std::uint16_t type = 0x024b;
    static constexpr bool critical = true;
    byte_array<32> server_key{};  // Ed25519
    byte_array<64> signature{};
    std::int64_t time_ms = 0;  // since the epoch
    std::vector<receipted_file> files{};

    static constexpr auto members() {
        return std::tuple{member("server_key", &receipt::server_key),
                          member("signature", &receipt::signature), member("time_ms", &receipt::time_ms),
                          member("files", &receipt::files, limits::receipted_max)};
    }
};

}  // namespace protocol::upload
