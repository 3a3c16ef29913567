// SQLite as two small types: a connection that closes itself and a statement that is prepared once.
//
//   connection db{path, vfs};
//   statement insert{db, "INSERT INTO t VALUES (?, ?)"};
//   insert.run(room, text);                                  // binds, steps to the end, resets
//   statement select{db, "SELECT a, b FROM t WHERE k = ?"};
//   for (select.start(key); select.step();) use(select.integer(0), select.text(1));
//
// Every failure throws sqlite_error: a database that does not do what it is told ends the transaction at
// least, and mostly the process.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace common::database {

class sqlite_error : public std::runtime_error {
  public:
    sqlite_error(int code, const std::string& text) : std::runtime_error(text), code_(code) {}
    int code() const { return code_; }  // extended result code
    bool is_full() const;               // no space left: the transaction failed, the database is sound
    bool is_corrupt() const;
    bool is_busy() const;  // another process has it open

  private:
    int code_;
};

class connection {
  public:
    // Creates the file when it is not there. `vfs` names a registered VFS; empty: the system's.
    connection(const std::string& path, const std::string& vfs);
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;
    ~connection();

    void execute(const char* sql);
    // The first column of the first row, as text.
    std::string ask(const char* sql);
    bool in_transaction() const;
    int changes() const;
    sqlite3* native() { return native_; }

  private:
    sqlite3* native_ = nullptr;
};

// All that `change` does, or nothing: what it throws goes on, after a ROLLBACK.
template <class Change>
void in_transaction(connection& db, Change change) {
    db.execute("BEGIN IMMEDIATE");
    try {
        change();
        db.execute("COMMIT");
    } catch (...) {
        if (db.in_transaction()) db.execute("ROLLBACK");
        throw;
    }
}

class statement {
  public:
    statement(connection& db, const char* sql);
    statement(const statement&) = delete;
    statement& operator=(const statement&) = delete;
    ~statement();

    template <class... Values>
    void start(const Values&... values) {
        reset();
        int at = 0;
        (bind(++at, values), ...);
    }
    bool step();  // true: there is a row; false: the end, and the statement is reset
    template <class... Values>
    void run(const Values&... values) {
        start(values...);
        while (step()) {
        }
    }
    void reset();

    bool is_null(int column) const;
    std::uint64_t integer(int column) const;
    std::string_view text(int column) const;  // valid until the next step
    std::span<const std::byte> blob(int column) const;

  private:
    void bind(int at, std::uint64_t value);
    void bind(int at, std::int64_t value) { bind(at, static_cast<std::uint64_t>(value)); }
    void bind(int at, std::uint32_t value) { bind(at, std::uint64_t{value}); }
    // Not copied: must live until the last step.
    void bind(int at, std::string_view value);
    void bind(int at, std::span<const std::byte> value);
    template <std::size_t Size>
    void bind(int at, const std::array<std::byte, Size>& value) {
        bind(at, std::span<const std::byte>{value});
    }
    template <class T>
    void bind(int at, const std::optional<T>& value) {
        if (value) return bind(at, *value);
        bind_null(at);
    }
    void bind_null(int at);
    void check(int result) const;

    sqlite3_stmt* native_ = nullptr;
};

}  // namespace common::database
