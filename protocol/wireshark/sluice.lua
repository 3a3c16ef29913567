-- Wireshark dissector for the Sluice protocol (protocol/SPEC.md).
--
--   wireshark -X lua_script:protocol/wireshark/sluice.lua -o tls.keylog_file:KEYS capture.pcap
--
-- KEYS is what --tls-keylog wrote. The messages are described in sluice_messages.lua, which is made from the
-- code; this file only knows how to walk a description.

local folder = debug.getinfo(1, "S").source:match("^@(.*[/\\])") or ""
local messages = dofile(folder .. "sluice_messages.lua")

local sluice = Proto("sluice", "Sluice")
local header_bytes = 12
local magic = 0x53
local default_ports = { 7400, 7401 }

local f = {
    length = ProtoField.uint32("sluice.length", "Payload bytes"),
    type = ProtoField.uint16("sluice.type", "Type", base.HEX),
    flags = ProtoField.uint8("sluice.flags", "Flags", base.HEX),
    magic = ProtoField.uint8("sluice.magic", "Magic", base.HEX),
    request = ProtoField.uint32("sluice.request", "Request"),
    message = ProtoField.string("sluice.message", "Message"),
}
sluice.fields = { f.length, f.type, f.flags, f.magic, f.request, f.message }

local fixed = {
    bool = function(r) return r:le_uint() == 1 and "true" or "false" end,
    u8 = function(r) return r:le_uint() end,
    u16 = function(r) return r:le_uint() end,
    u32 = function(r) return r:le_uint() end,
    u64 = function(r) return tostring(r:le_uint64()) end,
    i64 = function(r) return tostring(r:le_int64()) end,
}
local fixed_bytes = { bool = 1, u8 = 1, u16 = 2, u32 = 4, u64 = 8, i64 = 8 }

local add_members

-- Adds one value of the described type at `offset`; returns the offset behind it, or nil if it does not fit.
local function add_value(tree, payload, offset, name, type)
    local left = payload:len() - offset
    if fixed[type] then
        local size = fixed_bytes[type]
        if left < size then return nil end
        local range = payload(offset, size)
        tree:add(range, name .. ": " .. fixed[type](range))
        return offset + size
    end
    local array_size = type:match("^bytes%[(%d+)%]$")
    if array_size then
        array_size = tonumber(array_size)
        if left < array_size then return nil end
        tree:add(payload(offset, array_size), name .. ": " .. tostring(payload(offset, array_size):bytes()))
        return offset + array_size
    end
    local element = type:match("^list of (.*)$")
    if type == "text" or type == "bytes" or element then
        if left < 4 then return nil end
        local count = payload(offset, 4):le_uint()
        if element then
            local list = tree:add(payload(offset), name .. ": " .. count .. " elements")
            offset = offset + 4
            for i = 1, count do
                offset = add_value(list, payload, offset, name .. "[" .. i .. "]", element)
                if not offset then return nil end
            end
            return offset
        end
        if left - 4 < count then return nil end
        local shown = ""
        if count > 0 then
            local range = payload(offset + 4, count)
            shown = type == "text" and range:string(ENC_UTF_8) or count .. " bytes"
        end
        tree:add(payload(offset, 4 + count), name .. ": " .. shown)
        return offset + 4 + count
    end
    local struct = messages.structs[type]
    local subtree = tree:add(payload(offset), name)
    return add_members(subtree, payload, offset, struct)
end

add_members = function(tree, payload, offset, members)
    for _, member in ipairs(members) do
        offset = add_value(tree, payload, offset, member[1], member[2])
        if not offset then return nil end
    end
    return offset
end

local function add_extensions(tree, payload, offset, extensions)
    while offset + 6 <= payload:len() do
        local tag, size = payload(offset, 2):le_uint(), payload(offset + 2, 4):le_uint()
        offset = offset + 6
        if payload:len() - offset < size then return end
        local known = extensions[tag]
        if known and size > 0 then
            add_value(tree, payload(offset, size):tvb(), 0, known[1], known[2])
        else
            tree:add(payload(offset - 6, 6 + size), "unknown extension " .. tag)
        end
        offset = offset + size
    end
end

local function dissect_frame(buffer, pinfo, tree)
    local type = buffer(4, 2):le_uint()
    local message = messages.by_type[type]
    local name = message and message.name or string.format("unknown 0x%04x", type)
    local branch = tree:add(sluice, buffer(), "Sluice, " .. name)
    branch:add_le(f.length, buffer(0, 4))
    branch:add_le(f.type, buffer(4, 2))
    branch:add(f.flags, buffer(6, 1))
    branch:add(f.magic, buffer(7, 1))
    branch:add_le(f.request, buffer(8, 4))
    branch:add(f.message, name):set_generated()
    pinfo.cols.info:append(" " .. name)
    if not message or buffer:len() == header_bytes then return end
    local payload = buffer(header_bytes):tvb()
    local offset = add_members(branch, payload, 0, message.members)
    if not offset then
        branch:add_expert_info(PI_MALFORMED, PI_ERROR, "message is cut short")
    else
        add_extensions(branch, payload, offset, message.extensions)
    end
end

local function frame_bytes(buffer, _, offset)
    return header_bytes + buffer(offset, 4):le_uint()
end

function sluice.dissector(buffer, pinfo, tree)
    if buffer:len() >= 8 and buffer(7, 1):uint() ~= magic then return 0 end
    pinfo.cols.protocol = "Sluice"
    pinfo.cols.info = ""
    dissect_tcp_pdus(buffer, tree, header_bytes, frame_bytes, dissect_frame)
    return buffer:len()
end

for _, port in ipairs(default_ports) do
    DissectorTable.get("tcp.port"):add(port, sluice)
    DissectorTable.get("tls.port"):add(port, sluice)
end
DissectorTable.get("tls.alpn"):add("sluice-chat/1", sluice)
DissectorTable.get("tls.alpn"):add("sluice-upload/1", sluice)
