// The Wireshark dissector knows every message: its table is made from the same lists of members as the codec.
// After a change of messages run this test with SLUICE_UPDATE=1 to write the table anew.
#include "protocol/wire/codec.hpp"
#include "tests/catch.hpp"
#include "tests/protocol/all_messages.hpp"

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

namespace {

namespace wire = protocol::wire;
const char* const table_path = SLUICE_SOURCE_DIR "/protocol/wireshark/sluice_messages.lua";

using structs = std::map<std::string, std::string>;  // the name of a nested struct → its members in Lua

template <wire::described M>
std::string members_of(structs& nested);

template <class T>
std::string type_of(std::string_view member, structs& nested) {
    if constexpr (wire::described<T>) {
        const std::string name{member};
        nested[name] = members_of<T>(nested);
        return name;
    } else if constexpr (wire::is_vector<T>) {
        return "list of " + type_of<typename T::value_type>(member, nested);
    } else if constexpr (std::is_same_v<T, std::string_view>) {
        return "text";
    } else if constexpr (std::is_same_v<T, wire::bytes_view>) {
        return "bytes";
    } else if constexpr (wire::is_byte_array<T>) {
        return "bytes[" + std::to_string(sizeof(T)) + "]";
    } else if constexpr (std::is_same_v<T, bool>) {
        return "bool";
    } else {
        const bool is_signed = std::is_signed_v<T> && !std::is_enum_v<T>;
        return (is_signed ? "i" : "u") + std::to_string(8 * sizeof(T));
    }
}

template <wire::described M>
std::string members_of(structs& nested) {
    std::string lua = "{ ";
    wire::for_each_member<M>([&]<class D>(const D& m) {
        if constexpr (!wire::is_extension<D>) {
            using type = std::remove_cvref_t<decltype(std::declval<M&>().*m.pointer)>;
            lua += "{ \"" + std::string{m.name} + "\", \"" + type_of<type>(m.name, nested) + "\" }, ";
        }
    });
    return lua + "}";
}

template <wire::described M>
std::string extensions_of(structs& nested) {
    std::string lua = "{ ";
    wire::for_each_member<M>([&]<class D>(const D& m) {
        if constexpr (wire::is_extension<D>) {
            using type = typename std::remove_cvref_t<decltype(std::declval<M&>().*m.pointer)>::value_type;
            lua += "[" + std::to_string(m.tag) + "] = { \"" + std::string{m.name} + "\", \"" +
                   type_of<type>(m.name, nested) + "\" }, ";
        }
    });
    return lua + "}";
}

std::string table_text() {
    structs nested;
    std::ostringstream lua;
    lua << "-- Made by tests/protocol/dissector_test.cpp from the message descriptions; do not edit.\n"
           "local messages = { by_type = {}, structs = {} }\n";
    tests::protocol::for_each_message([&]<class M>(std::string_view name, M) {
        lua << "messages.by_type[" << M::type << "] = {\n    name = \"" << name
            << "\",\n    members = " << members_of<M>(nested)
            << ",\n    extensions = " << extensions_of<M>(nested) << ",\n}\n";
    });
    for (const auto& [name, members] : nested)
        lua << "messages.structs[\"" << name << "\"] = " << members << "\n";
    lua << "return messages\n";
    return lua.str();
}

}  // namespace

TEST_CASE("the dissector's table of messages is that of the code") {
    const std::string expected = table_text();
    if (std::getenv("SLUICE_UPDATE") != nullptr) std::ofstream{table_path} << expected;
    std::stringstream found;
    found << std::ifstream{table_path}.rdbuf();
    CHECK(found.str() == expected);
}
