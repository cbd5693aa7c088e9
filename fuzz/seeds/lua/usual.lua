local a = require("lib.a") -- c
--[==[ x ]==]
return {icon="__base__/x.png", [ [[k]] ]=0x1p4}
