"""How to mend each problem: one sentence a code, for the agency that owns the subgraph."""

from typing import Final

from gateway.errors import Text

__all__ = ["MENDS", "mend_of"]

_READING: Final[dict[str, Text]] = {
    "INVALID_GRAPHQL": Text(
        "Correct the SDL until it is valid GraphQL; the message names the place.",
        "请按提示位置更正 SDL，使其符合 GraphQL 规范。",
    ),
    "DIRECTIVE_DEFINITION_INVALID": Text(
        "Leave the definition out: the gateway knows the directive; or copy it from the specification.",
        "请删去该定义（网关已知此指令），或照录规范中的定义。",
    ),
    "TYPE_DEFINITION_INVALID": Text(
        "Leave the definition out: the gateway knows the type.", "请删去该定义，网关已知此类型。"
    ),
    "INVALID_SUBGRAPH_NAME": Text(
        "Give each subgraph a name of its own, other than _.", "请为每个子图取互不相同的名称，且不得为 _。"
    ),
    "INVALID_LINK_DIRECTIVE_USAGE": Text(
        "Correct the @link: import only what the specification has in that version, each as a name or as"
        " {name, as}, and link a specification once.",
        "请更正 @link：仅导入该版本规范所含内容，写作名称或 {name, as}，同一规范只引用一次。",
    ),
    "INVALID_LINK_IDENTIFIER": Text(
        "Write the url with its version, as in https://specs.apollo.dev/federation/v2.9.",
        "url 须带版本，例如 https://specs.apollo.dev/federation/v2.9。",
    ),
    "UNKNOWN_FEDERATION_LINK_VERSION": Text(
        "Link a version of Federation that is known here.", "请引用本系统支持的 Federation 版本。"
    ),
    "UNKNOWN_LINK_VERSION": Text("Link @link itself as v1.0, or not at all.", "@link 规范请用 v1.0，或不引用。"),
    "LINK_IMPORT_NAME_MISMATCH": Text(
        "Import the directive under the same name in every subgraph.", "请在各子图中以同一名称导入该指令。"
    ),
    "DIRECTIVE_COMPOSITION_ERROR": Text(
        "Define the directive, @link the specification that it is from, and use the same name and major version in"
        " every subgraph that composes it.",
        "请定义该指令并以 @link 引用其规范；各子图须用相同名称与主版本。",
    ),
    "ROOT_QUERY_USED": Text(
        "Rename the type Query, or make it the query root.", "请将类型 Query 改名，或设为查询根类型。"
    ),
    "ROOT_MUTATION_USED": Text(
        "Rename the type Mutation, or make it the mutation root.", "请将类型 Mutation 改名，或设为变更根类型。"
    ),
    "ROOT_SUBSCRIPTION_USED": Text(
        "Rename the type Subscription, or make it the subscription root.",
        "请将类型 Subscription 改名，或设为订阅根类型。",
    ),
    "EXTENSION_WITH_NO_BASE": Text(
        "Define the type in one subgraph, or leave out extend.", "请在某一子图中定义该类型，或去掉 extend。"
    ),
    "TYPE_WITH_ONLY_UNUSED_EXTERNAL": Text(
        "Remove the type, or use its fields in a @key, @requires or @provides.",
        "请删去该类型，或在 @key、@requires、@provides 中使用其字段。",
    ),
}
_FIELD_SETS: Final[dict[str, Text]] = {
    "INVALID_FIELDS_TYPE": Text("Write fields as a string.", "请将 fields 写作字符串。"),
    "INVALID_FIELDS": Text(
        "Write fields as a selection of fields that the subgraph defines; mark those of others @external.",
        "fields 应为本子图已定义字段的选择集；属于其他子图的字段请标 @external。",
    ),
    "FIELDS_HAS_ARGS": Text("Select only fields without arguments.", "请只选择不带参数的字段。"),
    "DIRECTIVE_IN_FIELDS_ARG": Text("Leave directives out of fields.", "请从 fields 中去掉指令。"),
    "FIELDS_MISSING_EXTERNAL": Text(
        "Mark the field @external if another subgraph resolves it, or leave it out of fields.",
        "若该字段由其他子图解析，请标 @external；否则从 fields 中去掉。",
    ),
    "UNSUPPORTED_ON_INTERFACE": Text(
        "Put the directive on the object types that implement the interface.", "请将该指令用于实现该接口的对象类型。"
    ),
}
_FIELDS: Final[dict[str, Text]] = {
    "KEY_FIELDS_SELECT_INVALID_TYPE": Text(
        "Make the key of fields that are scalars, enums or object types.", "键请只用标量、枚举或对象类型的字段。"
    ),
    "PROVIDES_ON_NON_OBJECT_FIELD": Text(
        "Use @provides on fields whose type has fields.", "@provides 只能用于返回对象的字段。"
    ),
    "EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE": Text(
        "Remove @external, or the directive beside it.", "请去掉 @external 或与之并列的指令。"
    ),
    "EXTERNAL_UNUSED": Text(
        "Remove the field, or @external if this subgraph resolves it.",
        "请删去该字段；若由本子图解析，则去掉 @external。",
    ),
    "EXTERNAL_ON_INTERFACE": Text(
        "Remove @external from the interface; mark the fields of its implementations.",
        "请去掉接口字段上的 @external，改标其实现类型的字段。",
    ),
    "EXTERNAL_MISSING_ON_BASE": Text(
        "Define the field without @external in the subgraph that resolves it.",
        "请在解析该字段的子图中定义它，且不标 @external。",
    ),
    "EXTERNAL_TYPE_MISMATCH": Text(
        "Give the external field the type that it has where it is resolved.", "外部字段的类型请与解析它的子图一致。"
    ),
    "EXTERNAL_ARGUMENT_MISSING": Text(
        "Give the external field the arguments that it has where it is resolved.",
        "外部字段的参数请与解析它的子图一致。",
    ),
    "EXTERNAL_ARGUMENT_TYPE_MISMATCH": Text(
        "Give the external field's argument the type that it has where the field is resolved.",
        "外部字段的参数类型请与解析它的子图一致。",
    ),
    "EXTERNAL_ARGUMENT_DEFAULT_MISMATCH": Text(
        "Give the external field's argument the default that it has where the field is resolved.",
        "外部字段的参数默认值请与解析它的子图一致。",
    ),
    "MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL": Text(
        "Put the directive on the field where it is resolved.", "请将该指令用于解析该字段的子图。"
    ),
    "INVALID_FIELD_SHARING": Text(
        "Mark the field @shareable in every subgraph that resolves it, move it with @override, or let one of them"
        " resolve it.",
        "请在所有解析该字段的子图中标 @shareable，或用 @override 迁移，或只由一个子图解析。",
    ),
    "INVALID_SHAREABLE_USAGE": Text(
        "Use @shareable once, on object types and their fields.", "@shareable 只用于对象类型及其字段，且不重复。"
    ),
    "FIELD_TYPE_MISMATCH": Text(
        "Give the field one type in all subgraphs, or types of which one is narrower than the others.",
        "请统一该字段在各子图中的类型，或使其互为子类型。",
    ),
    "FIELD_ARGUMENT_TYPE_MISMATCH": Text(
        "Give the argument one type in all subgraphs, apart from non-null.",
        "请统一该参数在各子图中的类型（非空除外）。",
    ),
    "FIELD_ARGUMENT_DEFAULT_MISMATCH": Text(
        "Give the argument one default value in all subgraphs.", "请统一该参数在各子图中的默认值。"
    ),
    "INPUT_FIELD_DEFAULT_MISMATCH": Text(
        "Give the input field one default value in all subgraphs.", "请统一该输入字段在各子图中的默认值。"
    ),
    "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH": Text(
        "Add the argument in every subgraph that has the field, or make it optional.",
        "请在含该字段的各子图中加上此参数，或将其改为可选。",
    ),
    "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH": Text(
        "Add the field in every subgraph that has the input type, or make it optional.",
        "请在含该输入类型的各子图中加上此字段，或将其改为可选。",
    ),
    "OVERRIDE_FROM_SELF_ERROR": Text(
        "Name the other subgraph, the one that resolved the field before.", "from 请填写原先解析该字段的另一子图。"
    ),
    "OVERRIDE_SOURCE_HAS_OVERRIDE": Text(
        "Keep @override in one of the two subgraphs.", "请只在其中一个子图保留 @override。"
    ),
    "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE": Text(
        "Remove the directive beside it from the field, or leave @override out.",
        "请去掉该字段上的另一指令，或去掉 @override。",
    ),
    "OVERRIDE_ON_INTERFACE": Text(
        "Override the fields of the object types that implement the interface.",
        "请对实现该接口的对象类型的字段使用 @override。",
    ),
    "OVERRIDE_LABEL_INVALID": Text(
        "Write the label as a name that begins with a letter, or as percent(0) to percent(100).",
        "标签请写作以字母开头的名称，或 percent(0) 至 percent(100)。",
    ),
    "COST_APPLIED_TO_INTERFACE_FIELD": Text(
        "Put @cost on the fields of the object types.", "请将 @cost 用于对象类型的字段。"
    ),
    "LIST_SIZE_APPLIED_TO_NON_LIST": Text(
        "Use @listSize on lists, or name lists in sizedFields.",
        "@listSize 请用于列表，或在 sizedFields 中指明列表字段。",
    ),
    "LIST_SIZE_INVALID_ASSUMED_SIZE": Text("Assume a size of 0 or more.", "假定大小不得小于 0。"),
    "LIST_SIZE_INVALID_SLICING_ARGUMENT": Text(
        "Name arguments of the field that are of type Int.", "请指明该字段的 Int 类型参数。"
    ),
    "LIST_SIZE_INVALID_SIZED_FIELD": Text("Name fields that the field's type has.", "请指明该字段类型所含的字段。"),
}
_TYPES: Final[dict[str, Text]] = {
    "TYPE_KIND_MISMATCH": Text(
        "Make the type of one kind in all subgraphs, or rename one of the two.",
        "请统一该类型的种类，或将其中之一改名。",
    ),
    "ENUM_VALUE_MISMATCH": Text(
        "Give the enum the same values in all subgraphs, or mark the value @inaccessible until all have it.",
        "请统一该枚举在各子图中的取值，或在统一之前将该值标为 @inaccessible。",
    ),
    "EMPTY_MERGED_ENUM_TYPE": Text(
        "Give the enum at least one value that all subgraphs have.", "请使该枚举至少有一个各子图共有的取值。"
    ),
    "EMPTY_MERGED_INPUT_TYPE": Text(
        "Give the input type at least one field that all subgraphs have.", "请使该输入类型至少有一个各子图共有的字段。"
    ),
    "NO_QUERIES": Text("Give one subgraph a query.", "请至少在一个子图中定义查询。"),
    "INTERFACE_FIELD_NO_IMPLEM": Text(
        "Add the field to the type, or remove it from the interface.", "请为该类型添加此字段，或从接口中删去。"
    ),
    "INTERFACE_KEY_NOT_ON_IMPLEMENTATION": Text(
        "Give every implementation the same @key, resolvable.", "请为每个实现类型加上同样且可解析的 @key。"
    ),
    "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE": Text(
        "Define every implementation in the subgraph that has the interface's @key, or make the key resolvable: false.",
        "请在带接口 @key 的子图中定义全部实现类型，或将该键设为 resolvable: false。",
    ),
    "INTERFACE_OBJECT_USAGE_ERROR": Text(
        "Give the interface object a @key, define the interface with that @key in another Federation 2 subgraph, and"
        " none of its implementations in this one.",
        "接口对象须有 @key；接口须在另一 Federation 2 子图中以同一 @key 定义，本子图不得定义其实现类型。",
    ),
    "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES": Text(
        "Let the subgraphs that share the field return at least one common type.",
        "请使共享该字段的各子图至少能返回一种共同的类型。",
    ),
    "CONTEXT_NAME_INVALID": Text("Call the context by letters and digits.", "上下文名称只能用字母和数字。"),
    "CONTEXT_NOT_SET": Text(
        "Set the context with @context on a type further up, and fill from it an argument, without default, of an"
        " object type's own field.",
        "请在上层类型以 @context 设置该上下文；由其填充的参数须属对象类型自有字段，且无默认值。",
    ),
    "CONTEXT_INVALID_SELECTION": Text(
        "Select one field of the argument's type, as in $name { field }.",
        "请选择一个与参数类型相同的字段，如 $name { field }。",
    ),
    "NO_CONTEXT_IN_SELECTION": Text(
        "Name the context first, as in $name { field }.", "请先写明上下文，如 $name { field }。"
    ),
    "CONTEXT_NO_RESOLVABLE_KEY": Text("Give the type a resolvable @key.", "请为该类型加上可解析的 @key。"),
    "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS": Text(
        "Fill the argument from the context everywhere, or make it optional.",
        "请在各子图中均以上下文填充该参数，或将其改为可选。",
    ),
}
_ACCESS: Final[dict[str, Text]] = {
    "REFERENCED_INACCESSIBLE": Text(
        "Mark what refers to the type @inaccessible too, or leave the type accessible.",
        "请将引用该类型的元素也标为 @inaccessible，或使该类型可访问。",
    ),
    "DEFAULT_VALUE_USES_INACCESSIBLE": Text(
        "Change the default value, or leave what it uses accessible.", "请更改默认值，或使其所用元素可访问。"
    ),
    "QUERY_ROOT_TYPE_INACCESSIBLE": Text("Leave the query root accessible.", "查询根类型须可访问。"),
    "REQUIRED_INACCESSIBLE": Text(
        "Make it optional, or leave it accessible: nobody could give it.", "请改为可选，或使其可访问，否则无人能提供。"
    ),
    "IMPLEMENTED_BY_INACCESSIBLE": Text(
        "Mark it @inaccessible in the interface too, or leave it accessible.",
        "请在接口中也标为 @inaccessible，或使其可访问。",
    ),
    "DISALLOWED_INACCESSIBLE": Text("Leave the directive's arguments accessible.", "该指令的参数须可访问。"),
    "ONLY_INACCESSIBLE_CHILDREN": Text(
        "Mark the whole type @inaccessible, or leave something in it accessible.",
        "请将整个类型标为 @inaccessible，或使其部分内容可访问。",
    ),
    "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE": Text(
        "Put it on the object types that implement the interface, and on their fields.",
        "请将其用于实现该接口的对象类型及其字段。",
    ),
    "MISSING_TRANSITIVE_AUTH_REQUIREMENTS": Text(
        "Demand of the field at least what the data that it uses demands.",
        "请使该字段的授权要求不低于其所用数据的要求。",
    ),
    "UNSUPPORTED_LINKED_FEATURE": Text(
        "Take the directive out, and let the subgraph itself refuse whom it must (foreign.passed_headers passes on"
        " authorization) or take the value as an argument; or hide the field with @inaccessible.",
        "请去掉该指令，由子图自行拒绝无权者（foreign.passed_headers 可转发 authorization）或以参数取值；"
        "或用 @inaccessible 隐藏该字段。",
    ),
    "SATISFIABILITY_ERROR": Text(
        "Give the type a resolvable @key in the subgraph that has the field, with fields that the others know; or let"
        " the subgraph on the way resolve the field (@shareable).",
        "请在含该字段的子图中为该类型设置可解析、且其他子图知悉其字段的 @key；或由途经的子图解析该字段（@shareable）。",
    ),
}
_NEVER: Final = {("KEY_", "FIELDS_MISSING_EXTERNAL"), ("REQUIRES_", "FIELDS_HAS_ARGS")}
_PREFIXES: Final = ("KEY_", "REQUIRES_", "PROVIDES_")
MENDS: Final[dict[str, Text]] = {
    **_READING,
    **{
        f"{prefix}{suffix}": mend
        for prefix in _PREFIXES
        for suffix, mend in _FIELD_SETS.items()
        if (prefix, suffix) not in _NEVER
    },
    **_FIELDS,
    **_TYPES,
    **_ACCESS,
}
"""The mend of every code that composition refuses by."""


def mend_of(code: str) -> Text:
    """Give the mend of a code."""
    return MENDS[code]
