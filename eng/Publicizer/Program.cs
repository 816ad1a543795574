// Publicizer SOURCE.dll TARGET.dll: a copy of an assembly in which every type, method and field is public.
//
// The copy is a compile-time reference only: at run time the original is loaded, and the runtime's own
// IgnoresAccessChecksToAttribute lets our assembly reach its internal members (src/Tricks.MLNet/Interop).
// The visibility bits are set in place in the metadata tables, so nothing else of the file changes.

using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

var (source, target) = (args[0], args[1]);
var image = File.ReadAllBytes(source);
using var pe = new PEReader(new MemoryStream(image));
var metadata = pe.GetMetadataReader();
var start = pe.PEHeaders.MetadataStartOffset;

// ECMA-335 II.22.37: TypeDef begins with Flags (4 bytes). Nested types have their own set of visibility values.
for (var row = 1; row <= metadata.TypeDefinitions.Count; row++)
{
    var type = metadata.GetTypeDefinition(MetadataTokens.TypeDefinitionHandle(row));
    var visibility = type.GetDeclaringType().IsNil ? TypeAttributes.Public : TypeAttributes.NestedPublic;
    var flags = (type.Attributes & ~TypeAttributes.VisibilityMask) | visibility;
    BitConverter.TryWriteBytes(Cell(TableIndex.TypeDef, row, 0, 4), (uint)flags);
}

// II.22.26: MethodDef is RVA (4), ImplFlags (2), Flags (2). Privately implemented interface members stay as they are.
foreach (var handle in metadata.MethodDefinitions)
{
    var method = metadata.GetMethodDefinition(handle);
    if (metadata.GetString(method.Name).Contains('.') && (method.Attributes & MethodAttributes.Virtual) != 0)
        continue;
    var flags = (method.Attributes & ~MethodAttributes.MemberAccessMask) | MethodAttributes.Public;
    BitConverter.TryWriteBytes(Cell(TableIndex.MethodDef, MetadataTokens.GetRowNumber(handle), 6, 2), (ushort)flags);
}

// II.22.15: Field begins with Flags (2 bytes).
foreach (var handle in metadata.FieldDefinitions)
{
    var field = metadata.GetFieldDefinition(handle);
    var flags = (field.Attributes & ~FieldAttributes.FieldAccessMask) | FieldAttributes.Public;
    BitConverter.TryWriteBytes(Cell(TableIndex.Field, MetadataTokens.GetRowNumber(handle), 0, 2), (ushort)flags);
}

Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
File.WriteAllBytes(target, image);

Span<byte> Cell(TableIndex table, int row, int offset, int size) => image.AsSpan(
    start + metadata.GetTableMetadataOffset(table) + ((row - 1) * metadata.GetTableRowSize(table)) + offset, size);
