// A private folder under the system's temporary one, removed with everything in it.
#pragma once

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <stdlib.h>
#include <string>

namespace tests {

class scratch_folder {
  public:
    scratch_folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "sluice-trust-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no scratch folder");
        path_ = pattern;
    }
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;
    ~scratch_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    const std::string& path() const { return path_; }
    std::string path_of(const std::string& name) const { return path_ + "/" + name; }

    std::string read(const std::string& name) const {
        std::ostringstream content;
        content << std::ifstream(path_of(name), std::ios::binary).rdbuf();
        return content.str();
    }
    // Private, unless `mode` says otherwise.
    void write(const std::string& name, const std::string& content, unsigned mode = 0600) const {
        std::ofstream(path_of(name), std::ios::binary) << content;
        set_mode(name, mode);
    }
    void set_mode(const std::string& name, unsigned mode) const {
        std::filesystem::permissions(path_of(name), static_cast<std::filesystem::perms>(mode));
    }
    unsigned mode(const std::string& name) const {
        return static_cast<unsigned>(std::filesystem::status(path_of(name)).permissions());
    }

  private:
    std::string path_;
};

// The text of the exception that `run` throws; empty when it throws none.
template <class action>
std::string failure_of(action run) {
    try {
        run();
    } catch (const std::exception& problem) {
        return problem.what();
    }
    return {};
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace tests
