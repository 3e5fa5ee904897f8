/**
 * The guest that finds out whether KVM works: one boot sector that does, in 320 bytes, what every stock kernel does
 * first (Intel SDM volume 3, clauses 9.8 and 6.14), then powers off by ACPI (PM1a control of q35, port 0x604). A host
 * on which it does not power off cannot run stock guests, whatever /dev/kvm and the CPU flags say.
 *
 * What made it look like this: on a machine whose KVM was itself emulated (kvm-pvm inside a guest), a sector that
 * powers off from real mode passed, and so did one that reached long mode with paging. Debian's kernel hung. Adding
 * interrupts made the difference: the first `int` through a 64-bit interrupt table ended in KVM_EXIT_INTERNAL_ERROR,
 * at once. The same bytes pass under TCG in 0.25 s, firmware included.
 *
 * To watch it: write `probeImage()` to a file, boot it as a disk with `-machine q35 -debugcon stdio`. Each stage that
 * is reached prints a letter: R, P, L (real, protected, long mode), I (interrupts), C (CPUID, CR3, TSC).
 */

/** Machine code and what it is, in GNU assembler notation; starts at 0x7c00, where the firmware puts it. */
const program: readonly (readonly [code: string, assembly: string])[] = [
  // Real mode: segments, stack, A20, then page tables that map the first GiB one to one in 2 MiB pages.
  ['fa', 'cli'],
  ['31c0', 'xor %ax,%ax'],
  ['8ed8', 'mov %ax,%ds'],
  ['8ec0', 'mov %ax,%es'],
  ['8ed0', 'mov %ax,%ss'],
  ['bc007c', 'mov $0x7c00,%sp'],
  ['e492', 'in $0x92,%al'],
  ['0c02', 'or $2,%al'],
  ['e692', 'out %al,$0x92'],
  ['b052', "mov $'R',%al"],
  ['e6e9', 'out %al,$0xe9'],
  ['bf0010', 'mov $0x1000,%di'],
  ['b90018', 'mov $0x1800,%cx'],
  ['6631c0', 'xor %eax,%eax'],
  ['66f3ab', 'rep stosl'],
  ['66c706001003200000', 'movl $0x2003,0x1000'],
  ['66c706002003300000', 'movl $0x3003,0x2000'],
  ['bf0030', 'mov $0x3000,%di'],
  ['66b883000000', 'mov $0x83,%eax'],
  ['b90002', 'mov $512,%cx'],
  ['668905', 'pd: mov %eax,(%di)'],
  ['660500002000', 'add $0x200000,%eax'],
  ['83c708', 'add $8,%di'],
  ['e2f2', 'loop pd'],
  ['0f0116307d', 'lgdt gdtr'],
  ['0f20c0', 'mov %cr0,%eax'],
  ['0c01', 'or $1,%al'],
  ['0f22c0', 'mov %eax,%cr0'],
  ['ea607c0800', 'ljmp $8,$prot'],
  // Protected mode: PAE and global pages, long mode enabled in EFER, paging on.
  ['b810000000', 'prot: mov $16,%eax'],
  ['8ed8', 'mov %eax,%ds'],
  ['8ec0', 'mov %eax,%es'],
  ['8ed0', 'mov %eax,%ss'],
  ['b050', "mov $'P',%al"],
  ['e6e9', 'out %al,$0xe9'],
  ['0f20e0', 'mov %cr4,%eax'],
  ['0da0000000', 'or $0xa0,%eax'],
  ['0f22e0', 'mov %eax,%cr4'],
  ['b800100000', 'mov $0x1000,%eax'],
  ['0f22d8', 'mov %eax,%cr3'],
  ['b9800000c0', 'mov $0xc0000080,%ecx'],
  ['0f32', 'rdmsr'],
  ['0d00010000', 'or $0x100,%eax'],
  ['0f30', 'wrmsr'],
  ['0f20c0', 'mov %cr0,%eax'],
  ['0d01000180', 'or $0x80010001,%eax'],
  ['0f22c0', 'mov %eax,%cr0'],
  ['eaa27c00001800', 'ljmp $24,$long'],
  // Long mode: an interrupt table, interrupts, then CPUID, CR3 and TSC.
  ['bc007c0000', 'long: mov $0x7c00,%esp'],
  ['b04c', "mov $'L',%al"],
  ['e6e9', 'out %al,$0xe9'],
  ['bf00500000', 'mov $0x5000,%edi'],
  ['b940000000', 'mov $64,%ecx'],
  ['b80e7d0000', 'gate: mov $isr,%eax'],
  ['668907', 'mov %ax,(%rdi)'],
  ['c747021800008e', 'movl $0x8e000018,2(%rdi)'],
  ['66c747060000', 'movw $0,6(%rdi)'],
  ['83c710', 'add $16,%edi'],
  ['e2e6', 'loop gate'],
  ['0f011c25367d0000', 'lidt idtr'],
  ['bde8030000', 'mov $1000,%ebp'],
  ['cd20', 'irq: int $0x20'],
  ['ffcd', 'dec %ebp'],
  ['75fa', 'jnz irq'],
  ['b049', "mov $'I',%al"],
  ['e6e9', 'out %al,$0xe9'],
  ['bde8030000', 'mov $1000,%ebp'],
  ['31c0', 'work: xor %eax,%eax'],
  ['0fa2', 'cpuid'],
  ['0f20d8', 'mov %cr3,%rax'],
  ['0f22d8', 'mov %rax,%cr3'],
  ['0f31', 'rdtsc'],
  ['ffcd', 'dec %ebp'],
  ['75f0', 'jnz work'],
  ['b043', "mov $'C',%al"],
  ['e6e9', 'out %al,$0xe9'],
  ['ba04060000', 'mov $0x604,%edx'],
  ['b800200000', 'mov $0x2000,%eax'],
  ['66ef', 'out %ax,%dx'],
  ['f4', 'stop: hlt'],
  ['ebfd', 'jmp stop'],
  ['48cf', 'isr: iretq'],
  ['0000000000000000', 'gdt: .quad 0'],
  ['ffff0000009acf00', '.quad 0x00cf9a000000ffff'],
  ['ffff00000092cf00', '.quad 0x00cf92000000ffff'],
  ['ffff0000009aaf00', '.quad 0x00af9a000000ffff'],
  ['1f00', 'gdtr: .word 31'],
  ['107d0000', '.long gdt'],
  ['ff03', 'idtr: .word 1023'],
  ['0050000000000000', '.quad 0x5000'],
];

const sectorBytes = 512;
/** Firmware wants more of a disk than its first sector. */
const imageBytes = 1024 * 1024;

export function probeImage(): Uint8Array {
  const image = Buffer.alloc(imageBytes);
  Buffer.from(program.map(([code]) => code).join(''), 'hex').copy(image);
  image.writeUInt16LE(0xaa55, sectorBytes - 2);
  return image;
}
